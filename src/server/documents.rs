//! The documents that are open in the editor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    LanguageKind, NotebookCell, NotebookCellKind, NotebookDocument, Range,
    TextDocumentContentChangeEvent, TextDocumentItem, Uri,
};

use super::buffers::{Buffer, Buffers, Part};
use super::position::Encoding;
use super::uri;
use crate::source::Text;

/// A text that the editor owns.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The URI as the client writes it.
    pub(super) uri: Uri,
    /// The file that it belongs to; for a cell the notebook's.
    pub(super) path: PathBuf,
    pub(super) version: i32,
    pub(super) text: Arc<Text>,
    /// Whether it is Python, and not a configuration file, a shell cell of a notebook or the like.
    is_python: bool,
}

/// A notebook: its cells, in order.
#[derive(Clone, Debug)]
struct Notebook {
    path: PathBuf,
    cells: Vec<NotebookCell>,
}

/// All that is open.
#[derive(Debug, Default)]
pub(super) struct Documents {
    texts: BTreeMap<String, Document>,
    notebooks: BTreeMap<String, Notebook>,
}

impl Documents {
    /// Opens a document; the path that has a new text.
    pub(super) fn open(&mut self, item: TextDocumentItem) -> PathBuf {
        let path = uri::to_path(&item.uri);
        self.insert(item, path.clone());
        path
    }

    fn insert(&mut self, item: TextDocumentItem, path: PathBuf) {
        let key = item.uri.as_ref().to_owned();
        let document = Document {
            is_python: item.language_id == LanguageKind::Python || is_python_file(&path),
            uri: item.uri,
            path,
            version: item.version,
            text: Arc::new(Text::new(item.text)),
        };
        self.texts.insert(key, document);
    }

    /// Changes an open document; the path that has a new text.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<PathBuf> {
        let document = self.texts.get_mut(uri.as_ref())?;
        document.version = version;
        for change in changes {
            document.text = Arc::new(Text::new(match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(it) => {
                    it.text
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(it) => {
                    replaced(&document.text, it.range, &it.text, encoding)
                }
            }));
        }
        Some(document.path.clone())
    }

    /// Closes a document; the path that has its text from the disk again.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        self.texts.remove(uri.as_ref()).map(|it| it.path)
    }

    /// Opens a notebook.
    pub(super) fn open_notebook(
        &mut self,
        notebook: NotebookDocument,
        texts: Vec<TextDocumentItem>,
    ) -> PathBuf {
        let path = uri::to_path(&notebook.uri);
        for text in texts {
            self.insert(text, path.clone());
        }
        let key = notebook.uri.as_ref().to_owned();
        let cells = notebook.cells;
        let path_of = path.clone();
        self.notebooks.insert(key, Notebook { path, cells });
        path_of
    }

    /// Replaces cells of a notebook: `count` from `start` on.
    pub(super) fn change_cells(
        &mut self,
        uri: &Uri,
        start: usize,
        count: usize,
        cells: Vec<NotebookCell>,
        opened: Vec<TextDocumentItem>,
    ) -> Option<PathBuf> {
        let notebook = self.notebooks.get_mut(uri.as_ref())?;
        let start = start.min(notebook.cells.len());
        let end = start.saturating_add(count).min(notebook.cells.len());
        notebook.cells.splice(start..end, cells);
        let path = notebook.path.clone();
        for text in opened {
            self.insert(text, path.clone());
        }
        Some(path)
    }

    /// Closes a notebook with its cells.
    pub(super) fn close_notebook(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = self.notebooks.remove(uri.as_ref())?.path;
        self.texts.retain(|_, it| it.path != path);
        Some(path)
    }

    /// The path of an open notebook.
    pub(super) fn notebook(&self, uri: &Uri) -> Option<&Path> {
        self.notebooks.get(uri.as_ref()).map(|it| it.path.as_path())
    }

    /// An open document.
    pub(super) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.texts.get(uri.as_ref())
    }

    /// All open documents, cells included, in order of their URIs.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.texts.values()
    }

    /// The texts as the analysis sees them.
    pub(super) fn buffers(&self) -> Buffers {
        let mut buffers = Buffers::default();
        let in_notebook = |path: &Path| self.notebooks.values().any(|it| it.path == path);
        for document in self.texts.values().filter(|it| !in_notebook(&it.path)) {
            buffers.insert(
                document.path.clone(),
                Buffer::Text {
                    uri: document.uri.clone(),
                    text: Arc::clone(&document.text),
                    is_python: document.is_python,
                },
            );
        }
        for notebook in self.notebooks.values() {
            buffers.insert(notebook.path.clone(), self.joined(notebook));
        }
        buffers
    }

    /// The code cells as one text.
    fn joined(&self, notebook: &Notebook) -> Buffer {
        let mut content = String::new();
        let mut parts = Vec::new();
        for cell in &notebook.cells {
            if cell.kind != NotebookCellKind::Code {
                continue;
            }
            let Some(document) = self.texts.get(cell.document.as_ref()) else {
                continue;
            };
            if !document.is_python {
                continue;
            }
            let start = content.len();
            content.push_str(&document.text.content);
            if !content.ends_with('\n') {
                content.push('\n');
            }
            parts.push(Part {
                start: start as u32,
                uri: document.uri.clone(),
                text: Arc::clone(&document.text),
            });
        }
        Buffer::Notebook(Arc::new(content), parts)
    }
}

/// Not every client knows what language a file is in.
fn is_python_file(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    matches!(extension, Some("py" | "pyi"))
}

/// A text with a range of it replaced. A range whose ends are swapped is meant the other way.
fn replaced(text: &Text, range: Range, new: &str, encoding: Encoding) -> String {
    let ends = [range.start, range.end].map(|it| encoding.offset(text, it));
    let (start, end) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    let before = text.content.get(..start).unwrap_or_default();
    let after = text.content.get(end..).unwrap_or_default();
    [before, new, after].concat()
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{Position, Range};

    use super::replaced;
    use crate::server::position::Encoding;
    use crate::source::Text;

    #[test]
    fn edits() {
        let text = Text::new("ab\r\nc𝔘d".to_owned());
        let edit = |from: (u32, u32), to: (u32, u32), new: &str| {
            let range = Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1));
            replaced(&text, range, new, Encoding::Utf16)
        };
        assert_eq!(edit((0, 1), (0, 1), "X"), "aXb\r\nc𝔘d");
        assert_eq!(edit((0, 2), (1, 0), ""), "abc𝔘d");
        assert_eq!(edit((1, 1), (1, 3), "é"), "ab\r\nced".replace('e', "é"));
        assert_eq!(edit((1, 3), (1, 1), "é"), "ab\r\ncéd");
        assert_eq!(edit((0, 99), (99, 0), "!"), "ab!");
    }
}
