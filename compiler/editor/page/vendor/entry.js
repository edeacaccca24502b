// What the editors' page uses of CodeMirror, and nothing else: everything not named here is left out of the bundle.
export {
  Annotation, Compartment, EditorSelection, EditorState, Facet, Prec, RangeSetBuilder, StateEffect, StateField, Transaction,
} from "@codemirror/state";
export {
  Decoration, EditorView, ViewPlugin, WidgetType, drawSelection, highlightActiveLine, keymap, placeholder,
} from "@codemirror/view";
export {
  defaultKeymap, history, historyKeymap, redo, redoDepth, undo, undoDepth,
} from "@codemirror/commands";
