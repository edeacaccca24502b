"""成文: compiles YAML data and Markdown prose into a whole government report."""
