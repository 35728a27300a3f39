//! The objects of the abstract heap and the labels of the references between them.

use ruff_text_size::TextRange;
use smallvec::SmallVec;

use super::facts::SlotKey;
use super::guard::Guard;
use crate::program::model::{ClassId, Container, FileId, FuncId, ModuleId, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;

/// An object of one execution.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Obj(pub(crate) u32);

/// What a variable may hold, each under the choices that make it so. Values without references
/// (numbers, most strings) are left out: the empty value is one of those.
pub(crate) type Value = SmallVec<[(Obj, Guard); 2]>;

/// How an object is referred to by another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Label {
    /// An attribute, also one that Python keeps itself (`__self__`).
    Attr(Name),
    /// Any element of a container.
    Elem,
    /// The element under a key: a constant, or an object whose value is not known.
    Key(Obj),
    /// A key of a dict.
    DictKey,
    /// What a cell, a captured variable, contains.
    Content,
    /// A cell of a function, by the name of the variable.
    Captured(Name),
    /// A local variable of the frame of a generator or coroutine.
    Local(Name),
    /// An attribute of which the name is not known.
    Unnamed,
    /// All attributes: they are cut together, nothing is stored under this.
    Attributes,
    /// The object of a weak reference.
    Referent,
}

/// What an object is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Ty {
    /// An instance of a class (or, unless it is fresh, of a subclass).
    Instance(ClassId),
    /// A builtin container.
    Container(Container),
    /// A class object.
    ClassObject(ClassId),
    /// A function without captured variables.
    Function(FuncId),
    /// An instance of a class outside the program, by its full name.
    External(Name),
    /// A weak reference.
    WeakRef,
    /// A weak proxy.
    Proxy,
}

/// What the interpreter, or a library, keeps for the whole process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Root {
    /// The table of `weakref.finalize`.
    Finalize,
    /// The callbacks of `atexit`.
    AtExit,
    /// The handlers of `signal`.
    Signal,
    /// Threads that run.
    Thread,
    /// Timers that wait.
    Timer,
    /// An event loop.
    Loop,
    /// The loggers that `logging.getLogger` gives.
    Logger,
}

/// Where an object comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Kind {
    /// A constant; `None` above all.
    Const(Const),
    /// A parameter of the function, as the caller passed it.
    Param(u32),
    /// A captured cell of the function, as whoever made the function created it.
    FreeCell(u32),
    /// What a reference of such an object held when the function was called.
    Lazy { base: Obj, label: Label },
    /// What a call that is not followed gave back.
    Opaque,
    /// An exception that a handler caught, raised by nobody knows whom.
    Caught,
    /// A traceback, one link of it for each function.
    Traceback,
    /// The frame of a function, as an object that somebody holds.
    Frame(FuncId),
    /// A new instance of a class.
    Instance,
    /// A new container.
    Container(Container),
    /// A new object of the interpreter's that holds what it was given: `map`, an iterator, a
    /// `super` object, an external instance.
    Holder,
    /// A bound method of a class of the program.
    BoundMethod(FuncId),
    /// A bound method of a container or of an object outside the program.
    BuiltinMethod(Name),
    /// A function of the program; with captured cells if it is nested.
    Function(FuncId),
    /// A class of the program.
    Class(ClassId),
    /// A module of the program.
    Module(ModuleId),
    /// Something outside the program, by its full name.
    External(Name),
    /// A builtin, by its name.
    Builtin(Name),
    /// A cell of a captured variable of this execution.
    Cell,
    /// A suspended generator, or an awaitable, of a function.
    Suspended(FuncId),
    /// `weakref.ref`, `WeakMethod`.
    WeakRef,
    /// `weakref.proxy`.
    Proxy,
    /// The `__dict__` of an object.
    AttributeDict(Obj),
    /// A registry of the process.
    Root(Root),
}

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    /// What it may be; several only where the program's stores or calls disagree.
    pub(crate) tys: SmallVec<[Ty; 1]>,
    /// Where it was made, for fresh ones.
    pub(crate) place: Place,
    /// How many lazily read references it is away from a parameter.
    pub(crate) depth: u8,
    /// Its first cell, if any (a list through [`super::store::Cell::next`]).
    pub(crate) first_cell: u32,
    /// The slot whose content it is, if it was read from one.
    pub(crate) origin: Option<SlotKey>,
    /// Something was put into it, be it only a number: it is not known to be empty.
    pub(crate) filled: bool,
    /// What a test on the way says of its class.
    pub(crate) narrowed: SmallVec<[(Guard, Ty); 0]>,
    /// For an element of a container that the caller has: which of them it is.
    pub(crate) role: Role,
}

/// Which element of a container of the caller's was read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Role {
    /// Some element, nobody knows which.
    #[default]
    Picked,
    /// The one that a round of a loop has in hand.
    Turn(u32),
    /// All of them, one after the other: they are put into another container.
    Every,
    /// One of those after the first so many, which may be the one of a round of a loop.
    Rest(u32, Option<u32>),
    /// The first or the last one, which was taken out.
    Popped { first: bool },
}

/// No cell.
pub(crate) const NO_CELL: u32 = u32::MAX;

impl Object {
    /// An object of which nothing is known but its kind.
    pub(crate) fn new(kind: Kind, place: Place) -> Self {
        Self {
            kind,
            tys: SmallVec::new(),
            place,
            depth: 0,
            first_cell: NO_CELL,
            origin: None,
            filled: false,
            narrowed: SmallVec::new(),
            role: Role::default(),
        }
    }
}

/// A place in no file.
pub(crate) const NOWHERE: Place = Place {
    file: FileId(u32::MAX),
    range: TextRange::new(
        ruff_text_size::TextSize::new(0),
        ruff_text_size::TextSize::new(0),
    ),
};

impl Kind {
    /// Whether it existed before the function was called, so that it may hold more than is seen.
    pub(crate) fn is_symbolic(self) -> bool {
        matches!(
            self,
            Self::Param(_)
                | Self::FreeCell(_)
                | Self::Lazy { .. }
                | Self::Opaque
                | Self::Caught
                | Self::Class(_)
                | Self::Module(_)
                | Self::Root(_)
        )
    }

    /// Whether it is there for as long as the program runs, once.
    pub(crate) fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Const(_)
                | Self::Class(_)
                | Self::Module(_)
                | Self::External(_)
                | Self::Builtin(_)
                | Self::Root(_)
        )
    }

    /// Whether it came into being in this execution.
    pub(crate) fn is_fresh(self) -> bool {
        matches!(
            self,
            Self::Instance
                | Self::Container(_)
                | Self::Holder
                | Self::BoundMethod(_)
                | Self::BuiltinMethod(_)
                | Self::Cell
                | Self::Suspended(_)
                | Self::Traceback
                | Self::Frame(_)
                | Self::WeakRef
                | Self::Proxy
        )
    }
}
