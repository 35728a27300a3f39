//! How deeply a text is nested, and how large its tree will be, estimated before it is parsed.
//!
//! The parser makes itself more stack where it recurses, but its helpers and the destructor of the
//! tree do not: a tree of a hundred thousand levels needs a large stack from the start. The
//! estimate is one linear scan that knows brackets, strings and lines, and nothing of grammar. It
//! errs upwards: whatever could be one more level of the tree counts as one.

use memchr::{memchr, memchr3};

/// Trees that are less deep need no attention.
const SHALLOW: usize = 500;
/// Stack that one level of the tree needs at most, in its destructor or the parser's helpers.
const BYTES_PER_LEVEL: usize = 2 << 10;
/// What the lowering needs on top, whose own depth is limited.
const BYTES_TO_START_WITH: usize = 8 << 20;
/// A file that needs more is not parsed.
const MAX_BYTES: usize = 4 << 30;
/// Memory that a token takes, with its part of the tree and of what that is lowered to.
const BYTES_PER_TOKEN: usize = 100;
/// Memory that a comment or the end of a line takes, which are in no tree.
const BYTES_PER_TRIVIA: usize = 20;

/// The stack that parsing and lowering a text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stack {
    /// Any.
    Current,
    /// One of so many bytes.
    OfSize(usize),
    /// More than is reasonable.
    TooLarge,
    /// The text is not nested deeply, but so long that its tree would not fit in memory.
    TooLong,
}

/// How much stack `text` needs.
pub(super) fn stack_for(text: &str) -> Stack {
    // No byte is more than one level.
    let at_most = text.len().saturating_mul(BYTES_PER_LEVEL) + BYTES_TO_START_WITH;
    if stacker::remaining_stack().is_some_and(|it| it > at_most) {
        return Stack::Current;
    }
    let (depth, memory) = extent(text);
    if memory > MAX_BYTES {
        return Stack::TooLong;
    }
    if depth <= SHALLOW {
        return Stack::Current;
    }
    match depth.checked_mul(BYTES_PER_LEVEL) {
        Some(bytes) if bytes <= MAX_BYTES => Stack::OfSize(bytes + BYTES_TO_START_WITH),
        _ => Stack::TooLarge,
    }
}

/// An upper bound of the depth of the tree, and an estimate of the memory that it takes.
fn extent(text: &str) -> (usize, usize) {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        pos: 0,
        open: Vec::new(),
        outer: 0,
        chain: 0,
        in_lambda: false,
        indents: Vec::new(),
        max: 0,
    };
    let mut memory = 0;
    scan.indentation();
    while let Some(byte) = scan.peek(0) {
        memory += scan.memory(byte);
        scan.step(byte);
        scan.max = scan.max.max(scan.outer + scan.chain + scan.indents.len());
    }
    (scan.max, memory)
}

/// Something that has been opened: a bracket, or a formatted string.
struct Open {
    closer: Closer,
    /// [`Scan::chain`] and [`Scan::in_lambda`] of what contains it.
    chain: usize,
    in_lambda: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closer {
    Bracket(u8),
    /// The `}` of a replacement field.
    Field,
    /// The end of a formatted string.
    Quote {
        quote: u8,
        triple: bool,
    },
}

struct Scan<'t> {
    bytes: &'t [u8],
    pos: usize,
    open: Vec<Open>,
    /// The levels outside of the innermost bracket.
    outer: usize,
    /// The levels since the last comma within the innermost bracket: each operator and each word
    /// can be one.
    chain: usize,
    /// A comma may belong to the parameters of a lambda, so it does not end anything.
    in_lambda: bool,
    /// The indentation of the suites around the current line.
    indents: Vec<usize>,
    max: usize,
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.pos + ahead).copied()
    }

    /// What begins with `byte` here takes so much memory.
    fn memory(&self, byte: u8) -> usize {
        let in_format = matches!(
            self.open.last().map(|it| it.closer),
            Some(Closer::Quote { .. })
        );
        match byte {
            _ if in_format => 0,
            b' ' | b'\t' | b'\r' | 0x0c => 0,
            b'\n' | b'#' => BYTES_PER_TRIVIA,
            _ => BYTES_PER_TOKEN,
        }
    }

    fn step(&mut self, byte: u8) {
        if let Some(Open {
            closer: Closer::Quote { quote, triple },
            ..
        }) = self.open.last()
        {
            let (quote, triple) = (*quote, *triple);
            return self.step_in_format(byte, quote, triple);
        }
        match byte {
            b' ' | b'\t' | b'\r' | 0x0c => self.pos += 1,
            b'\n' => self.newline(),
            b'#' => self.skip_to(b'\n'),
            b'"' | b'\'' => self.string(byte, false),
            b'(' => self.push(Closer::Bracket(b')')),
            b'[' => self.push(Closer::Bracket(b']')),
            b'{' => self.push(Closer::Bracket(b'}')),
            b')' | b']' | b'}' => self.close(byte),
            b',' => {
                self.pos += 1;
                if !self.in_lambda {
                    self.chain = 0;
                }
            }
            b'\\' => self.pos += if self.peek(1) == Some(b'\r') { 3 } else { 2 },
            _ if is_word(byte) => self.word(),
            _ => {
                self.pos += 1;
                self.chain += 1;
            }
        }
    }

    fn newline(&mut self) {
        self.pos += 1;
        if self.open.is_empty() {
            self.chain = 0;
            self.in_lambda = false;
            self.indentation();
        }
    }

    /// The indentation of the line that starts here.
    fn indentation(&mut self) {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let is_blank = |&it: &u8| matches!(it, b' ' | b'\t' | 0x0c);
        let width = rest
            .iter()
            .position(|it| !is_blank(it))
            .unwrap_or(rest.len());
        if matches!(rest.get(width), None | Some(b'\n' | b'\r' | b'#')) {
            return;
        }
        while self.indents.last().is_some_and(|&it| it >= width) {
            self.indents.pop();
        }
        if width > 0 {
            self.indents.push(width);
        }
        self.pos += width;
    }

    fn skip_to(&mut self, end: u8) {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        self.pos += memchr(end, rest).unwrap_or(rest.len());
    }

    fn word(&mut self) {
        let start = self.pos;
        while self.peek(0).is_some_and(is_word) {
            self.pos += 1;
        }
        let word = self.bytes.get(start..self.pos).unwrap_or_default();
        match self.peek(0) {
            Some(quote @ (b'"' | b'\'')) if word.len() <= 2 => {
                let is_format = word.iter().any(|it| matches!(it | 0x20, b'f' | b't'));
                self.string(quote, is_format);
            }
            _ => {
                self.in_lambda |= word == b"lambda";
                self.chain += 1;
            }
        }
    }

    fn push(&mut self, closer: Closer) {
        self.pos += 1;
        self.open.push(Open {
            closer,
            chain: self.chain,
            in_lambda: self.in_lambda,
        });
        self.outer += self.chain + 1;
        self.chain = 0;
        self.in_lambda = false;
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop() {
            self.outer -= open.chain + 1;
            // What follows may be built on it: `f()()`.
            self.chain = open.chain + 1;
            self.in_lambda = open.in_lambda;
        }
    }

    /// A closing bracket; one that fits nothing closes nothing.
    fn close(&mut self, byte: u8) {
        self.pos += 1;
        match self.open.last().map(|it| it.closer) {
            Some(Closer::Bracket(closer)) if closer == byte => self.pop(),
            Some(Closer::Field) if byte == b'}' => self.pop(),
            _ => self.chain += 1,
        }
    }

    fn string(&mut self, quote: u8, is_format: bool) {
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        let opener = if triple { 3 } else { 1 };
        if is_format {
            self.push(Closer::Quote { quote, triple });
            self.pos += opener - 1;
            return;
        }
        self.pos += opener;
        loop {
            let rest = self.bytes.get(self.pos..).unwrap_or_default();
            self.pos += memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
            let Some(byte) = self.peek(0) else {
                return;
            };
            match byte {
                b'\\' => self.pos += 2,
                b'\n' if !triple => return,
                _ if byte == quote && (!triple || self.is_triple(quote)) => {
                    self.pos += opener;
                    return;
                }
                _ => self.pos += 1,
            }
        }
    }

    fn is_triple(&self, quote: u8) -> bool {
        self.peek(1) == Some(quote) && self.peek(2) == Some(quote)
    }

    /// One byte of the text of a formatted string.
    fn step_in_format(&mut self, byte: u8, quote: u8, triple: bool) {
        match byte {
            b'{' if self.peek(1) == Some(b'{') => self.pos += 2,
            b'{' => self.push(Closer::Field),
            b'\\' => self.pos += 2,
            b'\n' if !triple => self.pop(),
            _ if byte == quote && (!triple || self.is_triple(quote)) => {
                self.pos += if triple { 3 } else { 1 };
                self.pop();
            }
            _ => self.pos += 1,
        }
    }
}

/// Whether a byte is part of names, keywords and numbers.
fn is_word(byte: u8) -> bool {
    const WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            let ascii = byte as u8;
            table[byte] = ascii.is_ascii_alphanumeric() || ascii == b'_' || !ascii.is_ascii();
            byte += 1;
        }
        table
    };
    WORD[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    use super::{Stack, extent, stack_for};

    fn depth(text: &str) -> usize {
        extent(text).0
    }

    #[test]
    fn ordinary_code_is_shallow() {
        let table = "x = [\n".to_owned()
            + &"    (-1, 'a (', {2: f\"{x!r:>{w}}\"}),\n".repeat(10_000)
            + "]\n";
        assert!(depth(&table) < 30, "{}", depth(&table));
        let prose = format!("def f():\n    '''{}'''\n", "word (word, ".repeat(10_000));
        assert!(depth(&prose) < 10, "{}", depth(&prose));
        assert_eq!(stack_for(&table), Stack::Current);
    }

    #[test]
    fn closers_that_close_nothing_do_not_count() {
        assert!(depth(&"(\")\",".repeat(1000)) >= 1000);
        assert!(depth(&"(]".repeat(1000)) >= 1000);
        assert!(depth(&"(# )\n".repeat(1000)) >= 1000);
        assert!(depth(&"f'{".repeat(1000)) >= 1000);
    }

    #[test]
    fn suites_and_chains_count() {
        let suites: String = (0..1000).map(|it| " ".repeat(it) + "if x:\n").collect();
        assert!(depth(&suites) >= 1000);
        assert!(depth(&"lambda a, b: ".repeat(1000)) >= 1000);
        assert!(depth(&"not ".repeat(1000)) >= 1000);
        assert!(depth(&format!("a{}", ".b()".repeat(1000))) >= 2000);
    }

    #[test]
    fn absurd_depth_is_refused() {
        assert_eq!(stack_for(&"(".repeat(3_000_000)), Stack::TooLarge);
    }

    #[test]
    fn absurd_length_is_refused() {
        let memory = |text: &str| extent(text).1;
        assert_eq!(memory("x = 1\n"), 320);
        assert_eq!(memory("[1, 22,\n'a, b', f'a, b']"), 920);
        assert_eq!(memory("# a comment, (and more)\n\n"), 60);
        assert_eq!(stack_for(&"1,".repeat(22_000_000)), Stack::TooLong);
        let prose = format!("'''{}'''", "word, ".repeat(10_000_000));
        assert_eq!(stack_for(&prose), Stack::Current);
    }
}
