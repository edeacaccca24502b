"""Two documents compared: on their trees and figures, not on their text. Nothing here touches the disk."""
