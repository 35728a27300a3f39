//! The reference IR: what is left of a Python file when only the movement of references matters.
//!
//! A file is a list of functions (the module body is function 0) and a list of classes. A
//! function's body is structured: a tree of [`Block`]s whose instructions work on numbered
//! [`Var`]s, three-address style, so that whoever executes it never recurses into expressions.
//! Control flow stays nested (branch, loop, try), because the heap analysis follows one path with
//! the branches noted, rather than a graph of basic blocks.
//!
//! Arithmetic, comparisons, formatting and the like yield a value that holds nothing
//! ([`Const::Opaque`]); their operands are still evaluated for what they do.

use ruff_text_size::TextRange;
use thin_vec::ThinVec;

use super::name::Name;

/// A variable of a function: a local name or a temporary. An index into [`Function::vars`] when
/// below its length, a temporary from there on. Temporaries are assigned once per arm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Var(pub u32);

/// A local name that a nested function captures, or that this function captures from an
/// enclosing one: an index into [`Function::cells`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CellVar(pub u32);

/// A block of a function: an index into [`Function::blocks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

/// A function of a file: an index into [`FileIr::functions`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FunctionIdx(pub u32);

/// A class statement of a file: an index into [`FileIr::classes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClassIdx(pub u32);

/// One lowered file.
#[derive(Debug, Default)]
pub struct FileIr {
    /// All functions; the first is the module body. Enclosing functions come before nested ones.
    pub functions: Vec<Function>,
    /// All classes, wherever they are nested; enclosing ones first.
    pub classes: Vec<Class>,
    /// Import statements anywhere in the file: the module's own, then those in functions, in the
    /// order of the functions; each in source order.
    pub imports: Vec<Import>,
    /// The names of `__all__`, where it is a literal list or tuple (with `+=` and `.extend` of
    /// literals).
    pub dunder_all: Option<Vec<Name>>,
    /// Syntax errors, in source order.
    pub errors: Vec<SyntaxError>,
    /// Every comment that could be a suppression: it contains `cyclint:` or `noqa`.
    pub directives: Vec<DirectiveComment>,
    /// Number of lines of the file.
    pub line_count: u32,
    /// Whether the module looks whether it is run as a script (`__name__ == "__main__"`).
    pub is_script: bool,
    /// How many constructs were nested too deeply and left out of the IR.
    pub skipped_deep: u32,
}

/// What the parser rejected.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// Where (byte offsets into the decoded text).
    pub range: TextRange,
    /// The parser's words.
    pub message: String,
}

/// A comment that may hold a suppression.
#[derive(Debug, Clone)]
pub struct DirectiveComment {
    /// The whole comment, from its `#`.
    pub range: TextRange,
    /// Its text, from its `#`.
    pub text: Box<str>,
    /// Whether nothing but white space stands before it on its line.
    pub own_line: bool,
    /// The logical line (statement, or header of a compound statement) that it belongs to: the
    /// one it ends, or, for a comment on its own line, the next one.
    pub statement: TextRange,
}

/// One name bound by an import statement.
#[derive(Debug, Clone)]
pub struct Import {
    /// The name bound in the scope; [`None`] for `from m import *`.
    pub bound: Option<Name>,
    /// Number of leading dots.
    pub level: u32,
    /// The module as written after the dots (`a.b.c`), possibly empty.
    pub module: Name,
    /// The imported name for `from m import name`; [`None`] for `import m` and for `*`.
    pub member: Option<Name>,
    /// `import a.b.c` without `as`: binds `a`, although `a.b.c` is what gets imported.
    pub binds_root: bool,
    /// The function whose scope it binds in (0: the module).
    pub scope: FunctionIdx,
    /// The class whose scope it binds in, if it stands in a class body.
    pub class: Option<ClassIdx>,
    /// The range of the alias.
    pub range: TextRange,
}

/// What a function is in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// The module body.
    Module,
    /// A `def` or `async def`.
    Def,
    /// A `lambda`.
    Lambda,
    /// A generator expression: its one parameter [`known::DOT_ZERO`](super::name::known::DOT_ZERO)
    /// is the iterator of its first `for`, evaluated where the expression stands. (Other
    /// comprehensions run inline in the function that contains them, as since PEP 709.)
    GeneratorExpression,
}

/// A function (or module body).
#[derive(Debug, PartialEq)]
pub struct Function {
    /// Its name; `<lambda>`, `<genexpr>`, `<module>` where it has none.
    pub name: Name,
    /// What it is.
    pub kind: FunctionKind,
    /// `async def`.
    pub is_async: bool,
    /// Contains `yield` (or is a generator expression).
    pub is_generator: bool,
    /// The class in whose body the `def` stands directly.
    pub class: Option<ClassIdx>,
    /// The function in which it is nested (through classes, too); none for the module body.
    pub parent: Option<FunctionIdx>,
    /// The whole definition.
    pub range: TextRange,
    /// The name in the header (the keyword `lambda`, the whole generator expression).
    pub name_range: TextRange,
    /// Parameters in order: positional-only, positional, `*args`, keyword-only, `**kwargs`.
    /// Parameter `i` arrives in variable `Var(i)`, and is moved to its cell by the function's
    /// own first instructions where a nested function captures it.
    pub params: Vec<Param>,
    /// The annotation after `->`.
    pub returns: Option<TypeExpr>,
    /// Decorators, the outermost first.
    pub decorators: Vec<Decorator>,
    /// Names of the local variables; parameters first. A name that is a cell is not among them
    /// unless it is a parameter.
    pub vars: Vec<Name>,
    /// Number of variables and temporaries together.
    pub var_count: u32,
    /// Cells: captured locals of this function and free variables from enclosing ones.
    pub cells: Vec<Cell>,
    /// Names declared `global` here, or, for the module body, nothing.
    pub globals: Vec<Name>,
    /// The blocks; the first is the body.
    pub blocks: Vec<Block>,
    /// The body is a doc string alone, `...` or `raise NotImplementedError`, the function is an
    /// `@abstractmethod` or `@overload`, or it stands in a stub file: nobody expects this version
    /// to run. (A body of `pass` is that of an ordinary method with nothing to do.)
    pub is_stub: bool,
}

/// A captured variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The variable's name.
    pub name: Name,
    /// [`None`]: created by this function. Else the enclosing function (not necessarily the next
    /// one) that creates it. An enclosing function that a capture merely passes through has the
    /// cell in its own list, too.
    pub owner: Option<FunctionIdx>,
}

/// How a parameter takes arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// Positional or keyword.
    Normal,
    /// `*args`.
    VarArgs,
    /// After `*`.
    KeywordOnly,
    /// `**kwargs`.
    KwArgs,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// How it takes arguments.
    pub kind: ParamKind,
    /// Whether it has a default (evaluated by the [`Op::MakeFunction`]).
    pub has_default: bool,
    /// The default, if it is a constant.
    pub const_default: Option<Const>,
    /// Its annotation.
    pub annotation: Option<TypeExpr>,
    /// The parameter in the header.
    pub range: TextRange,
}

/// A decorator, as far as names tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Decorator {
    /// `functools.lru_cache(maxsize=None)` is `[functools, lru_cache]`; empty where the
    /// expression is not a dotted name or a call of one.
    pub path: Vec<Name>,
    /// Whether it is called.
    pub called: bool,
    /// The keyword arguments of the call that are constants (`slots=True`).
    pub keywords: Vec<(Name, Const)>,
    /// The decorator's value, in the enclosing function's (or class body's) variables.
    pub value: Var,
    /// The expression.
    pub range: TextRange,
}

/// A type annotation, reduced to what can tell which class an object has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeExpr {
    /// A dotted name: `[db, Connection]`. String annotations are parsed to this.
    Name(Vec<Name>, TextRange),
    /// `X[args]`, with `X` a dotted name.
    Subscript(Vec<Name>, Vec<TypeExpr>, TextRange),
    /// `A | B`.
    Union(Vec<TypeExpr>),
    /// `None`.
    None,
    /// Anything else.
    Unknown,
}

/// A class statement.
#[derive(Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Name,
    /// The class in whose body it stands directly.
    pub outer: Option<ClassIdx>,
    /// The function in which it is nested (0: the module).
    pub function: FunctionIdx,
    /// The whole statement.
    pub range: TextRange,
    /// The name in the header.
    pub name_range: TextRange,
    /// The bases in order (`Generic[T]` is a subscript).
    pub bases: Vec<TypeExpr>,
    /// The keyword arguments of the header, those that are dotted names (`metaclass=Meta`).
    pub keywords: Vec<(Name, TypeExpr)>,
    /// Decorators, the outermost first.
    pub decorators: Vec<Decorator>,
    /// The attributes its body binds, in source order: methods, nested classes, variables.
    pub members: Vec<Member>,
    /// The names in a literal `__slots__`, if it has one.
    pub slots: Option<Vec<Name>>,
}

/// A name bound in a class body.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The name.
    pub name: Name,
    /// How it is bound.
    pub kind: MemberKind,
    /// The annotation of `name: T` or `name: T = value`.
    pub annotation: Option<TypeExpr>,
    /// The binding statement (for a method, the `def`'s name).
    pub range: TextRange,
}

/// What a class attribute is bound to.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberKind {
    /// `def name`, possibly decorated.
    Function(FunctionIdx),
    /// `class name`.
    Class(ClassIdx),
    /// `name = other`, where `other` is a name.
    Alias(Name),
    /// `name = f(...)` with a dotted callee: `field(default_factory=list)`,
    /// `property(_get_x, _set_x)`, `Column(...)`. Arguments that are plain names or dotted names
    /// are kept (others are an empty path).
    Call {
        /// The callee.
        path: Vec<Name>,
        /// Positional arguments.
        args: Vec<Vec<Name>>,
        /// Keyword arguments.
        keywords: Vec<(Name, Vec<Name>)>,
        /// Keyword arguments that are constants (`init=False`).
        constants: Vec<(Name, Const)>,
    },
    /// Any other value, or none at all (`name: T`).
    Value {
        /// Whether there is a value.
        assigned: bool,
        /// The value, if it is a constant.
        constant: Option<Const>,
    },
}

impl MemberKind {
    /// A value of which nothing is known.
    #[must_use]
    pub fn some_value() -> Self {
        Self::Value {
            assigned: true,
            constant: None,
        }
    }
}

/// A list that takes one word where it stands: there are millions of instructions.
pub type List<T> = ThinVec<T>;

// What an instruction takes is most of what a large program takes.
const _: () = assert!(size_of::<Inst>() <= 32);

/// A straight run of instructions.
pub type Block = Box<[Inst]>;

/// An instruction and the source that it stands for.
#[derive(Debug, PartialEq)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// The expression or the statement's target that it comes from: for a store the whole
    /// assignment target and value (`self.parent = parent`), for a call the call.
    pub range: TextRange,
}

/// A value that holds no references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Const {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A plain string.
    Str(Name),
    /// Bytes, in ASCII.
    Bytes(Name),
    /// Some string that begins so: `"visit_" + name`.
    Prefix(Name),
    /// `...`, numbers, other texts, results of arithmetic and comparisons: nothing that
    /// can hold a reference.
    Opaque,
}

impl Const {
    /// Whether it is known which value it is.
    #[must_use]
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Opaque | Self::Prefix(_))
    }
}

/// A container display or comprehension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Display {
    /// `[...]`
    List,
    /// `(...)`
    Tuple,
    /// `{...}`
    Set,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arg {
    /// `f(x)`
    Positional(Var),
    /// `f(*xs)`
    Star(Var),
    /// `f(name=x)`
    Keyword(Name, Var),
    /// `f(**kw)`
    DoubleStar(Var),
}

/// An instruction.
#[derive(Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "fields are named as in the comment of their instruction"
)]
pub enum Op {
    /// `dst = constant`
    Const { dst: Var, value: Const },
    /// `dst = src`: assignment between names, and a copy of a name's value where a later
    /// instruction may rebind the name first.
    Move { dst: Var, src: Var },
    /// `del name`
    Delete { var: Var },
    /// Reads a captured variable.
    LoadCell { dst: Var, cell: CellVar },
    /// Rebinds a captured variable.
    StoreCell { cell: CellVar, src: Var },
    /// `del` of a captured variable.
    DeleteCell { cell: CellVar },
    /// Reads a name that is not local: the module's namespace, then builtins.
    LoadGlobal { dst: Var, name: Name },
    /// Binds a name of the module's namespace (in the module body, or after `global`).
    StoreGlobal { name: Name, src: Var },
    /// `del` of such a name.
    DeleteGlobal { name: Name },
    /// Reads a name that the class body binds somewhere: the class's namespace so far, then the
    /// module's, then builtins. (A name that the body does not bind is read as in the function
    /// around it.)
    LoadClassName {
        dst: Var,
        class: ClassIdx,
        name: Name,
    },
    /// Binds a name in a class body.
    StoreClassName {
        class: ClassIdx,
        name: Name,
        src: Var,
    },
    /// `dst = base.name`
    LoadAttr { dst: Var, base: Var, name: Name },
    /// `base.name = src`
    StoreAttr { base: Var, name: Name, src: Var },
    /// `del base.name`
    DeleteAttr { base: Var, name: Name },
    /// `dst = base[key]`
    LoadItem { dst: Var, base: Var, key: Var },
    /// `base[key] = src`
    StoreItem { base: Var, key: Var, src: Var },
    /// `del base[key]`
    DeleteItem { base: Var, key: Var },
    /// `dst = base[a:b]`, without the first `from` elements at least.
    LoadSlice { dst: Var, base: Var, from: u32 },
    /// `base[a:b] = src`; `whole` for `base[:]`.
    StoreSlice { base: Var, src: Var, whole: bool },
    /// `del base[a:b]`; `whole` for `base[:]`.
    DeleteSlice { base: Var, whole: bool },
    /// `dst = callee(args)`
    Call {
        dst: Var,
        callee: Var,
        args: List<Arg>,
    },
    /// `dst = recv.name(args)`
    CallMethod {
        dst: Var,
        recv: Var,
        name: Name,
        args: List<Arg>,
    },
    /// `dst = super().name(args)`, also `super(C, self).name(args)`.
    CallSuper {
        dst: Var,
        name: Name,
        call: Box<SuperCall>,
    },
    /// `dst = super().name` without a call.
    LoadSuper {
        dst: Var,
        class: ClassIdx,
        recv: Var,
        name: Name,
    },
    /// A new list, tuple or set. Elements marked as starred are iterables to be spread.
    Collection {
        dst: Var,
        kind: Display,
        elements: List<(Var, bool)>,
    },
    /// A new dict. A [`None`] key means `**value`.
    Dict {
        dst: Var,
        entries: List<(Option<Var>, Var)>,
    },
    /// Adds to the list, set or dict that a comprehension is building; `key` for dicts.
    ComprehensionAdd {
        target: Var,
        key: Option<Var>,
        value: Var,
    },
    /// `dst` becomes a function object; `defaults` are values of parameters by index. It captures
    /// the cells of [`Function::cells`] that have an owner. Decorators are applied by whoever
    /// executes this, innermost first.
    MakeFunction {
        dst: Var,
        func: FunctionIdx,
        defaults: List<(u32, Var)>,
    },
    /// `dst` becomes a class object, whose body (inline in this function) has just been executed
    /// with `StoreClassName`. `bases` as evaluated.
    MakeClass {
        dst: Var,
        class: ClassIdx,
        bases: List<Var>,
    },
    /// Announces that the body of a class starts to be executed.
    EnterClass { class: ClassIdx },
    /// Binds an import. `import` is an index into [`FileIr::imports`]; binds a global, a local or
    /// a class name through a following store. For `*` there is no `dst`.
    Import { dst: Option<Var>, import: u32 },
    /// Spreads an iterable over variables: `a, *b, c = src`. The starred one becomes a new list.
    Unpack {
        src: Var,
        targets: List<Var>,
        star: Option<u32>,
    },
    /// One of `arms` whose test holds, tried in order, or `otherwise`. An `if`/`elif`/`else`, a
    /// conditional expression, `and`/`or`, `assert` (the failing arm raises), `match`.
    Branch { arms: List<Arm>, otherwise: BlockId },
    /// `while`: runs `test`, then, while `cond` holds, `body`.
    While {
        test: BlockId,
        cond: Box<Cond>,
        body: BlockId,
        orelse: BlockId,
    },
    /// `for`: each element of `iter` arrives in `item`, and `body` begins by binding the target.
    For {
        item: Var,
        iter: Var,
        body: BlockId,
        orelse: BlockId,
        is_async: bool,
    },
    /// `try`.
    Try {
        body: BlockId,
        handlers: List<Handler>,
        orelse: BlockId,
        finally: BlockId,
    },
    /// `with manager as ...`: `entered` receives what `__enter__` returns; `body` begins by
    /// binding the target.
    With {
        manager: Var,
        entered: Var,
        body: BlockId,
        is_async: bool,
    },
    /// Leaves the loop.
    Break,
    /// Goes on with the next round.
    Continue,
    /// `return src`
    Return { src: Option<Var> },
    /// `raise exc from cause`
    Raise {
        exc: Option<Var>,
        cause: Option<Var>,
    },
    /// `dst = yield src`
    Yield { dst: Var, src: Option<Var> },
    /// `dst = yield from src`
    YieldFrom { dst: Var, src: Var },
    /// `dst = await src`
    Await { dst: Var, src: Var },
    /// `x += src` on a name: lists are extended in place, else `dst` is a new value.
    AugAssign {
        dst: Var,
        target: Var,
        src: Var,
        op: BinOp,
    },
    /// A binary operation one of whose operands may hold references: `dst` is a new container if
    /// they are containers (`a + b` of lists, `a | b` of dicts), or what the method behind the
    /// operator returns.
    Binary {
        dst: Var,
        left: Var,
        right: Var,
        op: BinOp,
    },
}

/// The rare parts of a call through `super()`.
#[derive(Debug, PartialEq)]
pub struct SuperCall {
    /// The class in whose method the call stands.
    pub class: ClassIdx,
    /// The first parameter of that method.
    pub recv: Var,
    /// The arguments.
    pub args: List<Arg>,
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called as in Python's `ast`")]
pub enum BinOp {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

impl BinOp {
    /// How it is written, and the name that its methods share: `__add__`, `__radd__`, `__iadd__`.
    const fn sign_and_stem(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("+", "add"),
            Self::Sub => ("-", "sub"),
            Self::Mult => ("*", "mul"),
            Self::MatMult => ("@", "matmul"),
            Self::Div => ("/", "truediv"),
            Self::Mod => ("%", "mod"),
            Self::Pow => ("**", "pow"),
            Self::LShift => ("<<", "lshift"),
            Self::RShift => (">>", "rshift"),
            Self::BitOr => ("|", "or"),
            Self::BitXor => ("^", "xor"),
            Self::BitAnd => ("&", "and"),
            Self::FloorDiv => ("//", "floordiv"),
        }
    }

    /// How it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        self.sign_and_stem().0
    }

    /// The method of the left operand.
    #[must_use]
    pub fn method(self) -> Name {
        Name::new(&format!("__{}__", self.sign_and_stem().1))
    }

    /// The method of the right operand, asked where the left one has none.
    #[must_use]
    pub fn reflected(self) -> Name {
        Name::new(&format!("__r{}__", self.sign_and_stem().1))
    }

    /// The method of `op=`.
    #[must_use]
    pub fn in_place(self) -> Name {
        Name::new(&format!("__i{}__", self.sign_and_stem().1))
    }

    /// Whether numbers and texts are seldom operands of it: objects that define it do so to link
    /// things (`a >> b`, `a | b`).
    #[must_use]
    pub fn is_rare_on_numbers(self) -> bool {
        matches!(
            self,
            Self::MatMult | Self::LShift | Self::RShift | Self::BitOr | Self::BitXor | Self::BitAnd
        )
    }
}

/// An arm of a [`Op::Branch`].
#[derive(Debug, PartialEq)]
pub struct Arm {
    /// Instructions that compute the variables of `cond`.
    pub test: BlockId,
    /// When the arm is taken.
    pub cond: Cond,
    /// What it does.
    pub body: BlockId,
}

/// What a test says of the variables it reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Cond {
    /// Anything not listed.
    Unknown,
    /// The variable is true.
    Truthy(Var),
    /// The variable is `None`.
    IsNone(Var),
    /// Both variables are the same object.
    Same(Var, Var),
    /// The variables compare equal.
    Equal(Var, Var),
    /// `isinstance(a, b)`
    IsInstance(Var, Var),
    /// `hasattr(a, "name")`
    HasAttr(Var, Name),
    /// Does not hold.
    Not(Box<Cond>),
    /// All hold.
    All(List<Cond>),
    /// One of them holds.
    Any(List<Cond>),
    /// Always, or never (`while True`, `if TYPE_CHECKING`, `if False`).
    Always(bool),
}

/// An `except` clause.
#[derive(Debug, PartialEq)]
pub struct Handler {
    /// The variable that receives the exception; the body begins by binding the target name, and
    /// ends by deleting it. Also set where the clause binds no name.
    pub exception: Var,
    /// The classes it catches, those that are dotted names; none for a bare `except`.
    pub types: Box<[Vec<Name>]>,
    /// What it does.
    pub body: BlockId,
    /// The clause's header.
    pub range: TextRange,
}
