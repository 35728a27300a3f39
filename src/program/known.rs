//! What is known of Python itself by name: builtins, the library's modules, containers, decorators.
//!
//! Names from outside the program are written in full (`collections.deque`, `list`), as in
//! [`Binding::External`](super::model::Binding::External).

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::model::Container;
use super::modules::first_component;
use crate::syntax::Name;

/// `dir(builtins)` of CPython 3.14, with the ones that Python 3 dropped.
const BUILTINS: &str = "
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup
    BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError
    ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError
    DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception
    ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError FutureWarning
    GeneratorExit IOError ImportError ImportWarning IndentationError IndexError
    InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
    ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError
    OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
    PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError
    RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError
    SystemExit TabError TimeoutError True TypeError UnboundLocalError UnicodeDecodeError
    UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning
    ValueError Warning ZeroDivisionError __build_class__ __debug__ __import__ __name__ abs
    aiter all anext any ascii basestring bin bool breakpoint bytearray bytes callable chr
    classmethod cmp compile complex copyright credits delattr dict dir divmod enumerate eval
    exec execfile exit file filter float format frozenset getattr globals hasattr hash help
    hex id input int isinstance issubclass iter len license list locals long map max
    memoryview min next object oct open ord pow print property quit range raw_input reduce
    repr reversed round set setattr slice sorted staticmethod str sum super tuple type unichr
    unicode vars xrange zip";

/// `sys.stdlib_module_names` of CPython 3.14 without private ones, with those that 3.x dropped.
const STDLIB: &str = "
    __future__ _collections_abc _thread _weakref _weakrefset abc aifc annotationlib antigravity argparse array ast asynchat
    asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar
    cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression
    concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
    dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip
    enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib
    functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac
    html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword
    lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap
    modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers
    opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes
    pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile
    pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource
    rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd
    smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl
    stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig
    syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
    tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types
    typing typing_extensions unicodedata unittest urllib uu uuid venv warnings wave weakref
    webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib
    zoneinfo";

/// Modules whose functions keep nothing of what they are given.
const FORGETFUL: &[&str] = &[
    "os",
    "sys",
    "time",
    "math",
    "re",
    "json",
    "string",
    "textwrap",
    "random",
    "datetime",
    "struct",
    "hashlib",
    "base64",
    "pprint",
    "statistics",
    "operator",
    "gc",
    "inspect",
    "warnings",
    "uuid",
    "shutil",
    "pathlib",
    "io",
    "decimal",
    "fractions",
    "dataclasses",
    "typing",
    "enum",
    "zlib",
    "pickle",
    "tempfile",
    "secrets",
    "platform",
    "locale",
    "unicodedata",
    "difflib",
    "html",
];

/// Whether no function of a module keeps anything of what it is given.
pub(crate) fn keeps_nothing(module: &str) -> bool {
    let root = module.split('.').next().unwrap_or_default();
    FORGETFUL.contains(&root)
}

fn names(text: &str) -> FxHashSet<Name> {
    text.split_ascii_whitespace().map(Name::new).collect()
}

/// Whether `name` is a builtin.
pub(super) fn is_builtin(name: Name) -> bool {
    static SET: LazyLock<FxHashSet<Name>> = LazyLock::new(|| names(BUILTINS));
    SET.contains(&name)
}

/// Whether the standard library has a module of this name.
pub(super) fn is_stdlib(module: Name) -> bool {
    static SET: LazyLock<FxHashSet<Name>> = LazyLock::new(|| names(STDLIB));
    SET.contains(&module)
}

/// The name by which the library documents what it takes from an accelerator written in C:
/// `weakref.ref` for `_weakref.ref`.
pub(super) fn documented(dotted: Name) -> Name {
    match dotted.as_str().strip_prefix('_') {
        Some(public) if is_stdlib(first_component(Name::new(public))) => Name::new(public),
        _ => dotted,
    }
}

/// The name without the detours by which typing constructs are imported.
pub(super) fn canonical(dotted: &str) -> &str {
    const DETOURS: &[&str] = &[
        "typing.",
        "typing_extensions.",
        "collections.abc.",
        "builtins.",
    ];
    DETOURS
        .iter()
        .find_map(|prefix| dotted.strip_prefix(prefix))
        .unwrap_or(dotted)
}

fn is_abstract_collection(dotted: &str) -> bool {
    dotted.starts_with("collections.abc.") || dotted.starts_with("_collections_abc.")
}

/// The container that a class of this name, or a subclass of it, is.
pub(super) fn container(dotted: &str) -> Option<Container> {
    // `collections.abc.Set` is no set yet.
    if is_abstract_collection(dotted) {
        return None;
    }
    Some(match canonical(dotted) {
        "list" | "List" | "collections.UserList" | "UserList.UserList" => Container::List,
        "tuple" | "Tuple" | "NamedTuple" => Container::Tuple,
        "set" | "frozenset" | "Set" | "FrozenSet" => Container::Set,
        "dict"
        | "Dict"
        | "collections.OrderedDict"
        | "OrderedDict"
        | "collections.Counter"
        | "Counter"
        | "collections.UserDict"
        | "UserDict.UserDict"
        | "collections.ChainMap"
        | "ChainMap" => Container::Dict,
        "collections.defaultdict" | "DefaultDict" => Container::DefaultDict,
        "collections.deque" | "Deque" => Container::Deque,
        "weakref.WeakSet" | "_weakrefset.WeakSet" => Container::WeakSet,
        "weakref.WeakValueDictionary" => Container::WeakValueDict,
        "weakref.WeakKeyDictionary" => Container::WeakKeyDict,
        _ => return None,
    })
}

/// The container that holds the elements of a value annotated with this name. Abstract ones stand
/// for the usual concrete one.
pub(super) fn annotated_container(dotted: &str) -> Option<Container> {
    Some(match canonical(dotted) {
        "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Collection" | "Reversible"
        | "Container" | "Generator" | "AsyncIterable" | "AsyncIterator" => Container::List,
        "Set" | "AbstractSet" | "MutableSet" | "KeysView" => Container::Set,
        "Mapping" | "MutableMapping" => Container::Dict,
        _ => return container(dotted),
    })
}

/// Types whose values hold no references.
pub(super) fn is_plain_type(dotted: &str) -> bool {
    matches!(
        canonical(dotted),
        "int"
            | "float"
            | "complex"
            | "bool"
            | "str"
            | "bytes"
            | "bytearray"
            | "memoryview"
            | "None"
            | "NoneType"
            | "types.NoneType"
            | "Text"
            | "AnyStr"
            | "LiteralString"
            | "Literal"
            | "decimal.Decimal"
            | "datetime.datetime"
            | "datetime.date"
            | "datetime.time"
            | "datetime.timedelta"
            | "pathlib.Path"
            | "pathlib.PurePath"
            | "uuid.UUID"
            | "NoReturn"
            | "Never"
            | "unicode"
            | "long"
            | "range"
            | "slice"
    )
}

/// Bases outside the program that change nothing: they keep no state that the heap would miss.
pub(super) fn is_known_base(dotted: &str) -> bool {
    if container(dotted).is_some() || is_abstract_collection(dotted) {
        return true;
    }
    matches!(
        dotted,
        "abc.ABC"
            | "weakref.ref"
            | "enum.Enum"
            | "enum.IntEnum"
            | "enum.StrEnum"
            | "enum.Flag"
            | "enum.IntFlag"
    ) || !dotted.contains('.')
        || matches!(
            canonical(dotted),
            "Generic"
                | "Protocol"
                | "TypedDict"
                | "Hashable"
                | "Sized"
                | "Container"
                | "Collection"
                | "Iterable"
                | "Iterator"
                | "Reversible"
                | "Generator"
                | "Callable"
                | "Sequence"
                | "MutableSequence"
                | "Mapping"
                | "MutableMapping"
                | "AbstractSet"
                | "MutableSet"
                | "Awaitable"
                | "Coroutine"
                | "AsyncIterable"
                | "AsyncIterator"
                | "AsyncGenerator"
                | "ContextManager"
                | "AsyncContextManager"
                | "SupportsInt"
                | "SupportsFloat"
        )
}

/// What a decorator does, as far as linking is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Known {
    Static,
    Class,
    Property,
    CachedProperty,
    Abstract,
    AbstractProperty,
    AbstractClass,
    AbstractStatic,
    Overload,
    ContextManager,
    /// It runs a generator, and gives back what that will come to.
    Runner,
    Dataclass,
    /// `attr.s`: fields are `attr.ib()` calls unless `auto_attribs`.
    AttrsOld,
    /// `attrs.define`: fields are the annotated ones.
    AttrsNew,
    /// It gives back the function, or something that calls it and holds nothing more.
    Transparent,
}

/// The decorators that linking knows by name.
pub(super) fn decorator(dotted: &str) -> Option<Known> {
    Some(match canonical(dotted) {
        "staticmethod" => Known::Static,
        "classmethod" => Known::Class,
        "property" | "types.DynamicClassAttribute" | "enum.property" => Known::Property,
        "functools.cached_property"
        | "django.utils.functional.cached_property"
        | "werkzeug.utils.cached_property"
        | "cached_property.cached_property" => Known::CachedProperty,
        "abc.abstractmethod" => Known::Abstract,
        "abc.abstractproperty" => Known::AbstractProperty,
        "abc.abstractclassmethod" => Known::AbstractClass,
        "abc.abstractstaticmethod" => Known::AbstractStatic,
        "overload" => Known::Overload,
        "contextlib.contextmanager" | "contextlib.asynccontextmanager" => Known::ContextManager,
        "twisted.internet.defer.inlineCallbacks" | "tornado.gen.coroutine" => Known::Runner,
        "dataclasses.dataclass" | "pydantic.dataclasses.dataclass" => Known::Dataclass,
        "attr.s" | "attr.attrs" | "attr.attributes" | "attr.dataclass" => Known::AttrsOld,
        "attrs.define" | "attrs.mutable" | "attrs.frozen" | "attr.define" | "attr.mutable"
        | "attr.frozen" => Known::AttrsNew,
        "override"
        | "final"
        | "no_type_check"
        | "runtime_checkable"
        | "deprecated"
        | "warnings.deprecated"
        | "functools.wraps"
        | "functools.lru_cache"
        | "functools.cache"
        | "functools.singledispatch"
        | "functools.singledispatchmethod"
        | "functools.total_ordering"
        | "types.coroutine"
        | "asyncio.coroutine"
        | "atexit.register" => Known::Transparent,
        _ => return None,
    })
}
