//! Interned identifiers.
//!
//! Every identifier of the analyzed program is stored once for the whole process, so that a
//! [`Name`] is four bytes, compares in one instruction and can be hashed as a number. Which number
//! a name gets depends on the schedule of the threads; nothing that reaches the output may be
//! ordered by it (order by [`Name::as_str`]).

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{LazyLock, PoisonError, RwLock};

use rustc_hash::{FxBuildHasher, FxHashMap};

/// An interned identifier (or attribute name, or dotted module name).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

const SHARD_BITS: u32 = 4;
const SHARDS: usize = 1 << SHARD_BITS;

#[derive(Default)]
struct Shard {
    ids: FxHashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static SHARD_TABLE: LazyLock<[RwLock<Shard>; SHARDS]> = LazyLock::new(|| {
    let mut shards: [Shard; SHARDS] = std::array::from_fn(|_| Shard::default());
    for (&text, id) in WELL_KNOWN.iter().zip(0..) {
        shards[shard_of(text)].ids.insert(text, id);
    }
    shards.map(RwLock::new)
});

/// The shard of the table that has `text`.
fn shard_of(text: &str) -> usize {
    (FxBuildHasher.hash_one(text) >> 40) as usize % SHARDS
}

impl Name {
    /// Interns `text`.
    pub fn new(text: &str) -> Self {
        let shard_idx = shard_of(text);
        let lock = &SHARD_TABLE[shard_idx];
        if let Some(&id) = lock
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .ids
            .get(text)
        {
            return Self(id);
        }
        let mut shard = lock.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = shard.ids.get(text) {
            return Self(id);
        }
        // Names live as long as the process: an editor session sees a bounded vocabulary.
        let text: &'static str = Box::leak(text.into());
        let local = u32::try_from(shard.texts.len()).unwrap_or(u32::MAX);
        let id = WELL_KNOWN.len() as u32 + ((local << SHARD_BITS) | shard_idx as u32);
        shard.texts.push(text);
        shard.ids.insert(text, id);
        Self(id)
    }

    /// The text of the name.
    pub fn as_str(self) -> &'static str {
        let known = WELL_KNOWN.len() as u32;
        if let Some(text) = WELL_KNOWN.get(self.0 as usize) {
            return text;
        }
        let id = self.0 - known;
        let shard = &SHARD_TABLE[id as usize % SHARDS];
        let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
        shard
            .texts
            .get((id >> SHARD_BITS) as usize)
            .copied()
            .unwrap_or("?")
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_str())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

macro_rules! well_known {
    ($($konst:ident = $text:literal),* $(,)?) => {
        const WELL_KNOWN: &[&str] = &[$($text),*];

        /// Names the analysis itself speaks of, as constants that can stand in a `match`.
        #[expect(missing_docs, reason = "each constant is its own text")]
        pub mod known {
            use super::Name;
            #[repr(u32)]
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Id { $($konst),* }
            $(pub const $konst: Name = Name(Id::$konst as u32);)*
        }
    };
}

well_known! {
    EMPTY = "",
    SELF = "self",
    CLS = "cls",
    SUPER = "super",
    OBJECT = "object",
    TYPE = "type",
    LIST = "list",
    DICT = "dict",
    SET = "set",
    FROZENSET = "frozenset",
    TUPLE = "tuple",
    PROPERTY = "property",
    STATICMETHOD = "staticmethod",
    CLASSMETHOD = "classmethod",
    INIT = "__init__",
    NEW = "__new__",
    DEL = "__del__",
    POST_INIT = "__post_init__",
    ATTRS_POST_INIT = "__attrs_post_init__",
    ENTER = "__enter__",
    EXIT = "__exit__",
    AENTER = "__aenter__",
    AEXIT = "__aexit__",
    CALL = "__call__",
    ITER = "__iter__",
    NEXT = "__next__",
    AITER = "__aiter__",
    ANEXT = "__anext__",
    GET = "__get__",
    SET_DUNDER = "__set__",
    SET_NAME = "__set_name__",
    DELETE = "__delete__",
    GETITEM = "__getitem__",
    SETITEM = "__setitem__",
    DELITEM = "__delitem__",
    MISSING = "__missing__",
    GETATTR = "__getattr__",
    GETATTRIBUTE = "__getattribute__",
    SETATTR = "__setattr__",
    DELATTR = "__delattr__",
    DICT_DUNDER = "__dict__",
    CLASS = "__class__",
    SLOTS = "__slots__",
    ALL = "__all__",
    INIT_SUBCLASS = "__init_subclass__",
    SELF_DUNDER = "__self__",
    FUNC_DUNDER = "__func__",
    WRAPPED = "__wrapped__",
    METH_TYPE = "_meth_type",
    TRACEBACK = "__traceback__",
    EXCEPTION = "Exception",
    BASE_EXCEPTION = "BaseException",
    MAIN = "__main__",
    NAME_DUNDER = "__name__",
    INIT_MODULE = "__init__.py",
    METACLASS = "metaclass",
    APPEND = "append",
    DOT_ZERO = ".0",
    RETURN = ".return",
}
