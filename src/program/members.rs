//! The attributes of classes, with decorators, aliases and `property(...)` calls applied.

use rustc_hash::FxHashMap;

use super::decorators::{Accessor, Part, Role};
use super::known::{self, Known};
use super::model::{Binding, ClassId, FileId, FuncId, Member, MethodKind, Program};
use crate::syntax::Name;
use crate::syntax::ir::{self, FunctionIdx, MemberKind};

/// A property of which some parts are inherited: `@Base.size.setter`.
#[derive(Debug)]
pub(super) struct Inherited {
    pub(super) class: ClassId,
    pub(super) name: Name,
    base: Box<[Name]>,
}

/// The attributes of a class before decorators are looked at, enough to resolve dotted names.
pub(super) fn plain_members(program: &Program, file: FileId, class: &ir::Class) -> Members {
    let members = class.members.iter().filter_map(|member| {
        let value = match member.kind {
            MemberKind::Function(func) => {
                Member::Method(program.func_id(file, func), MethodKind::Instance)
            }
            MemberKind::Class(class) => Member::Class(program.class_id(file, class)),
            _ => return None,
        };
        Some((member.name, value))
    });
    members.collect()
}

pub(super) type Members = FxHashMap<Name, Member>;

/// The attributes of a class, and those that wait for a base class's. `roles` are those of the
/// file's functions.
pub(super) fn members(
    program: &Program,
    class: ClassId,
    roles: &[Role],
) -> (Members, Vec<Inherited>) {
    let mut builder = Builder {
        program,
        file: program.file_of_class(class),
        class,
        roles,
        members: Members::default(),
        inherited: Vec::new(),
    };
    for member in &program.class(class).members {
        builder.add(member);
    }
    (builder.members, builder.inherited)
}

struct Builder<'a> {
    program: &'a Program,
    file: FileId,
    class: ClassId,
    roles: &'a [Role],
    members: Members,
    inherited: Vec<Inherited>,
}

impl Builder<'_> {
    fn add(&mut self, member: &ir::Member) {
        let value = match &member.kind {
            MemberKind::Function(func) => match self.function(member.name, *func) {
                Some(value) => value,
                None => return,
            },
            MemberKind::Class(class) => Member::Class(self.program.class_id(self.file, *class)),
            MemberKind::Alias(name) => self.alias(*name),
            MemberKind::Call {
                path,
                args,
                keywords,
                ..
            } => self.call(path, args, keywords),
            MemberKind::Value { assigned: true, .. } => Member::Value,
            MemberKind::Value {
                assigned: false, ..
            } => {
                self.members.entry(member.name).or_insert(Member::Declared);
                return;
            }
        };
        self.members.insert(member.name, value);
    }

    /// A `def` in the class body; [`None`] if it leaves what is there.
    fn function(&mut self, name: Name, idx: FunctionIdx) -> Option<Member> {
        let func = self.program.func_id(self.file, idx);
        let role = self.roles.get(idx.0 as usize)?;
        // Overloads stand before the implementation, but in which order branches come is open.
        let is_implementation = |it: &Member| match it {
            Member::Method(other, _) => !self.role(*other).is_some_and(|it| it.is_overload),
            _ => false,
        };
        if role.is_overload && self.members.get(&name).is_some_and(is_implementation) {
            return None;
        }
        Some(match &role.accessor {
            None => Member::Method(func, role.kind.unwrap_or(MethodKind::Instance)),
            Some(Accessor::Getter { cached }) => Member::Property {
                getter: Some(func),
                setter: None,
                deleter: None,
                cached: *cached,
            },
            Some(Accessor::Part { base, part }) => self.accessor(name, base, *part, func),
        })
    }

    /// `@base.setter def name`: a copy of the property `base` with one part replaced.
    fn accessor(&mut self, name: Name, base: &[Name], part: Part, func: FuncId) -> Member {
        let own = match base {
            [base] => self.members.get(base),
            _ => None,
        };
        let (mut getter, mut setter, mut deleter, mut cached) = (None, None, None, false);
        match own {
            Some(Member::Property {
                getter: get,
                setter: set,
                deleter: delete,
                cached: is_cached,
            }) => (getter, setter, deleter, cached) = (*get, *set, *delete, *is_cached),
            // Some other decorator with a `setter` (a hybrid property, a validator).
            Some(Member::Method(get, _)) => getter = Some(*get),
            _ => self.inherited.push(Inherited {
                class: self.class,
                name,
                base: base.into(),
            }),
        }
        match part {
            Part::Get => getter = Some(func),
            Part::Set => setter = Some(func),
            Part::Delete => deleter = Some(func),
        }
        Member::Property {
            getter,
            setter,
            deleter,
            cached,
        }
    }

    /// `name = other`
    fn alias(&self, other: Name) -> Member {
        if let Some(own) = self.members.get(&other) {
            return own.clone();
        }
        match self.resolve(&[other]) {
            Binding::Function(func) => Member::Method(func, MethodKind::Instance),
            Binding::Class(class) => Member::Class(class),
            _ => Member::Value,
        }
    }

    /// `name = property(get, set)` and its like.
    fn call(&self, path: &[Name], args: &[Vec<Name>], keywords: &[(Name, Vec<Name>)]) -> Member {
        let dotted = self.program.dotted(self.resolve(path));
        let Some(known) = dotted.and_then(|it| known::decorator(&it)) else {
            return Member::Value;
        };
        let argument = |idx: usize, keyword: &str| {
            let named = keywords.iter().find(|(name, _)| name.as_str() == keyword);
            let path = args.get(idx).or(named.map(|(_, path)| path))?;
            self.named_function(path)
        };
        let method = |kind| argument(0, "function").map(|func| Member::Method(func, kind));
        match known {
            Known::Property | Known::AbstractProperty => Some(Member::Property {
                getter: argument(0, "fget"),
                setter: argument(1, "fset"),
                deleter: argument(2, "fdel"),
                cached: false,
            }),
            Known::CachedProperty => argument(0, "func").map(|getter| Member::Property {
                getter: Some(getter),
                setter: None,
                deleter: None,
                cached: true,
            }),
            Known::Static => method(MethodKind::Static),
            Known::Class => method(MethodKind::Class),
            _ => None,
        }
        .unwrap_or(Member::Value)
    }

    fn named_function(&self, path: &[Name]) -> Option<FuncId> {
        let own = match path {
            [name] => self.members.get(name),
            _ => None,
        };
        match (own, path.is_empty()) {
            (Some(Member::Method(func, _)), _) => Some(*func),
            (None, false) => match self.resolve(path) {
                Binding::Function(func) => Some(func),
                _ => None,
            },
            _ => None,
        }
    }

    fn resolve(&self, path: &[Name]) -> Binding {
        let class = Some(self.class);
        self.program.resolve_path(self.file, None, class, path)
    }

    fn role(&self, func: FuncId) -> Option<&Role> {
        let base = self.program.function_base[self.file.0 as usize];
        self.roles.get(func.0.checked_sub(base)? as usize)
    }
}

/// The property with the parts that it lacks taken from the one that it extends.
pub(super) fn complete(program: &Program, it: &Inherited) -> Option<Member> {
    let (name, base) = it.base.split_last()?;
    let inherited = if base.is_empty() {
        program.lookup_after(it.class, Some(it.class), *name)
    } else {
        let file = program.file_of_class(it.class);
        match program.resolve_path(file, None, Some(it.class), base) {
            Binding::Class(base) => program.lookup(base, *name),
            _ => None,
        }
    };
    let (
        Some((
            _,
            Member::Property {
                getter: base_getter,
                setter: base_setter,
                deleter: base_deleter,
                cached,
            },
        )),
        Some(Member::Property {
            getter,
            setter,
            deleter,
            ..
        }),
    ) = (
        inherited,
        program.class_info(it.class).members.get(&it.name),
    )
    else {
        return None;
    };
    Some(Member::Property {
        getter: getter.or(*base_getter),
        setter: setter.or(*base_setter),
        deleter: deleter.or(*base_deleter),
        cached: *cached,
    })
}
