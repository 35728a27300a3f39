//! CYC303: a method with a cache that belongs to the class.

use rustc_hash::FxHashMap;

use super::finding::{Confidence, Finalizer, Finding, Severity, Verdict};
use super::names::Values;
use crate::program::model::{
    Binding, ClassId, Container, FileId, FuncId, Member, MethodKind, Place, Program, constant,
};
use crate::syntax::Name;
use crate::syntax::ir::{Arg, Const, FunctionIdx, Op, Var};

/// What makes a cache of the arguments for as long as the function lives.
fn is_cache(dotted: &str) -> bool {
    matches!(
        dotted,
        "functools.lru_cache" | "functools.cache" | "async_lru.alru_cache"
    )
}

/// A method with a cache.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CachedMethod {
    class: ClassId,
    method: Name,
    /// What makes the cache.
    place: Place,
    unbounded: bool,
}

/// The cached methods of the classes of a file.
pub(crate) fn cached_methods(program: &Program, file: FileId) -> Vec<CachedMethod> {
    let mut res = Vec::new();
    for func in program.functions_of(file) {
        decorated(program, func, &mut res);
        if names_cache(program, func) {
            assigned(program, func, &mut res);
        }
    }
    res
}

/// `@lru_cache` above a method that gets the instance.
fn decorated(program: &Program, func: FuncId, res: &mut Vec<CachedMethod>) {
    let function = program.function(func);
    let file = program.file_of(func);
    let Some(class) = function.class.map(|it| program.class_id(file, it)) else {
        return;
    };
    if function.decorators.is_empty() || !gets_instance(program, class, func) {
        return;
    }
    let scope = function.parent.map(|it| program.func_id(file, it));
    let cache = function.decorators.iter().find_map(|it| {
        let binding = program.resolve_path(file, scope, Some(class), &it.path);
        let name = program.dotted(binding)?;
        is_cache(&name).then_some((it, name))
    });
    if let Some((decorator, name)) = cache {
        let unbounded = name == "functools.cache"
            || constant(&decorator.keywords, "maxsize") == Some(Const::None);
        let place = Place {
            file,
            range: decorator.range,
        };
        res.push(CachedMethod {
            class,
            method: function.name,
            place,
            unbounded,
        });
    }
}

/// Whether a function reads the name of a cache.
fn names_cache(program: &Program, func: FuncId) -> bool {
    let file = program.file_of(func);
    let mut insts = program.function(func).blocks.iter().flatten();
    insts.any(|it| match it.op {
        Op::LoadGlobal { name, .. } | Op::LoadClassName { name, .. } => {
            match program.global(file, name) {
                Binding::External(name) => is_cache(name.as_str()),
                _ => false,
            }
        }
        Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } => {
            matches!(name.as_str(), "lru_cache" | "cache" | "alru_cache")
        }
        _ => false,
    })
}

/// Whether a method has an instance as its first parameter.
fn gets_instance(program: &Program, class: ClassId, func: FuncId) -> bool {
    let info = program.class_info(class);
    // The instances of an enumeration or of a metaclass are there for good.
    let lasting = info
        .external_bases
        .iter()
        .chain(
            info.mro
                .iter()
                .flat_map(|&it| &program.class_info(it).external_bases),
        )
        .any(|it| {
            let name = it.as_str();
            name == "type" || name == "abc.ABCMeta" || name.starts_with("enum.")
        });
    let is_instance = program.func_info(func).method_kind == Some(MethodKind::Instance)
        || program.class_info(class).members.values().any(
            |it| matches!(it, Member::Property { getter: Some(getter), .. } if *getter == func),
        );
    let is_memo = info.finalizer.is_none() && is_value(program, class);
    !lasting && !is_memo && is_instance && !program.function(func).params.is_empty()
}

/// Whether the instances of a class are values: those that are equal have one entry in the cache,
/// which is a memo of the function then, not a list of the instances that ever were.
fn is_value(program: &Program, class: ClassId) -> bool {
    let is_own = |name: &str| {
        matches!(
            program.lookup(class, Name::new(name)),
            Some((_, Member::Method(..)))
        )
    };
    let info = program.class_info(class);
    let is_builtin = info.external_bases.iter().any(|it| {
        matches!(
            it.as_str(),
            "str" | "bytes" | "int" | "float" | "complex" | "frozenset" | "tuple"
        )
    });
    let generated = info.generated_init.is_some() && info.container != Some(Container::Tuple);
    is_builtin
        || info.container == Some(Container::Tuple)
        || is_own("__eq__") && is_own("__hash__")
        // A dataclass compares its fields. Without a hash of its own it is of no use as a key, so
        // there is one.
        || generated && !program.class(class).decorators.is_empty() && compares(program, class)
}

/// Whether the decorator of a class leaves it to make `__eq__`.
fn compares(program: &Program, class: ClassId) -> bool {
    let no = Some(Const::Bool(false));
    program
        .class(class)
        .decorators
        .iter()
        .all(|it| constant(&it.keywords, "eq") != no)
}

/// `method = lru_cache(method)` in the body of a class.
fn assigned(program: &Program, func: FuncId, res: &mut Vec<CachedMethod>) {
    let ir = program.function(func);
    let has_class = |it: &&crate::syntax::ir::Inst| matches!(it.op, Op::StoreClassName { .. });
    if ir.blocks.iter().flatten().find(has_class).is_none() {
        return;
    }
    let values = Values::of(program, func);
    let file = program.file_of(func);
    let mut caches: Vec<Var> = Vec::new();
    let mut methods: FxHashMap<Var, (ClassId, FuncId)> = FxHashMap::default();
    let mut cached: FxHashMap<Var, (ClassId, FuncId)> = FxHashMap::default();
    for inst in ir.blocks.iter().flatten() {
        match &inst.op {
            Op::LoadClassName { dst, class, name } => {
                let class = program.class_id(file, *class);
                if let Some(method) = method(program, file, class, *name) {
                    methods.insert(*dst, (class, method));
                }
            }
            Op::StoreClassName { src, name, .. } => {
                if let Some(&(class, method)) = cached.get(src) {
                    let place = Place {
                        file,
                        range: inst.range,
                    };
                    if gets_instance(program, class, method) {
                        res.push(CachedMethod {
                            class,
                            method: *name,
                            place,
                            unbounded: false,
                        });
                    }
                }
            }
            Op::Call { dst, callee, args } => {
                let makes = values.dotted(*callee).is_some_and(is_cache);
                let wraps = makes || caches.contains(callee);
                match args.first() {
                    Some(Arg::Positional(it)) if wraps && methods.contains_key(it) => {
                        cached.insert(*dst, methods[it]);
                    }
                    _ if makes => caches.push(*dst),
                    _ => {}
                }
            }
            Op::CallMethod { dst, args, .. } => {
                let makes = values
                    .call(program, &inst.op)
                    .is_some_and(|it| is_cache(&it.0));
                match args.first() {
                    Some(Arg::Positional(it)) if makes && methods.contains_key(it) => {
                        cached.insert(*dst, methods[it]);
                    }
                    _ if makes => caches.push(*dst),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// The function that a `def` in the body of a class binds to a name.
fn method(program: &Program, file: FileId, class: ClassId, name: Name) -> Option<FuncId> {
    let functions = &program.files[file.0 as usize].ir.functions;
    let idx = functions
        .iter()
        .position(|it| it.name == name && it.class == Some(program.class_idx(class)))?;
    Some(program.func_id(file, FunctionIdx(idx as u32)))
}

/// The finding for a cached method.
pub(crate) fn finding(program: &Program, cached: CachedMethod) -> Finding {
    let CachedMethod {
        class,
        method,
        place,
        unbounded,
    } = cached;
    let name = program.class(class).name;
    let finalizer = program.class_info(class).finalizer;
    let fate = match finalizer {
        Some(_) => format!("`{name}.__del__` does not run"),
        None => format!("`{name}` is not freed"),
    };
    let until = if unbounded {
        ""
    } else {
        ", until later calls push it out"
    };
    Finding {
        code: "CYC303",
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Never),
        message: format!(
            "{fate}: the cache of `{name}.{method}` belongs to the class, and holds each instance \
             that the method is called on{until}"
        ),
        help: "cache in the instance: `functools.cached_property` where there are no arguments, \
               else `self.method = functools.lru_cache(self._method)` in `__init__` (a cycle of \
               the instance with itself, which the collector frees), or a dict; or cache a \
               function that gets the values it needs instead of `self`"
            .to_owned(),
        place,
        cycle: Vec::new(),
        notes: Vec::new(),
        finalizers: finalizer
            .map(|(_, func)| Finalizer {
                class: program.qualified_class(class),
                place: Some(Place {
                    file: program.file_of(func),
                    range: program.function(func).name_range,
                }),
            })
            .into_iter()
            .collect(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: format!("CYC303 {}.{method}", program.qualified_class(class)),
    }
}
