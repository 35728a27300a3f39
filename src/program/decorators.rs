//! What decorators make of a function.

use super::known::{self, Known};
use super::model::{Binding, ClassId, FileId, MethodKind, Program, Wrapper};
use crate::syntax::Name;
use crate::syntax::ir::{Decorator, FunctionIdx};

/// What a function is after its decorators.
#[derive(Clone, Debug, Default)]
pub(super) struct Role {
    /// How it binds, as a method.
    pub(super) kind: Option<MethodKind>,
    /// The part of a property that it is.
    pub(super) accessor: Option<Accessor>,
    pub(super) is_abstract: bool,
    pub(super) is_overload: bool,
    pub(super) wrapper: Wrapper,
}

/// The part of a property that a method is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Accessor {
    /// `@property`, or a cached one.
    Getter { cached: bool },
    /// `@base.setter` and the like: the property `base` with one part replaced.
    Part { base: Box<[Name]>, part: Part },
}

/// The parts of a property.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Get,
    Set,
    Delete,
}

impl Program {
    /// What a function is after its decorators.
    pub(super) fn role(&self, file: FileId, idx: FunctionIdx) -> Role {
        let Some(function) = self.files[file.0 as usize].ir.functions.get(idx.0 as usize) else {
            return Role::default();
        };
        let class = function.class.map(|it| self.class_id(file, it));
        let mut role = Role {
            kind: class.map(|_| implicit_kind(function.name)),
            ..Role::default()
        };
        for decorator in &function.decorators {
            if class.is_some()
                && let Some((part, base)) = part_of_property(&decorator.path)
            {
                role.accessor = Some(Accessor::Part {
                    base: base.into(),
                    part,
                });
                continue;
            }
            let scope = function.parent.map(|it| self.func_id(file, it));
            let binding = self.resolve_path(file, scope, class, &decorator.path);
            match self.known_decorator(binding, decorator) {
                Some(known) => role.apply(known),
                // It has to be called to know; what comes from elsewhere is taken to keep the
                // function.
                None if matches!(binding, Binding::Function(_) | Binding::Class(_)) => {
                    role.wrapper = Wrapper::Unknown;
                }
                None => {}
            }
        }
        role
    }

    /// What a decorator is known to do.
    pub(super) fn known_decorator(&self, binding: Binding, decorator: &Decorator) -> Option<Known> {
        let known = self.dotted(binding).and_then(|it| known::decorator(&it));
        // Every other project has its own copy of these.
        let is_lazy = |name: &Name| {
            matches!(
                name.as_str(),
                "cached_property" | "lazy_property" | "lazyproperty" | "reify"
            )
        };
        known.or_else(|| {
            let is_lazy = decorator.path.last().is_some_and(is_lazy) && !decorator.called;
            is_lazy.then_some(Known::CachedProperty)
        })
    }

    /// What the decorators of a class are known to do, the outermost first.
    pub(super) fn class_decorators(
        &self,
        class: ClassId,
    ) -> impl Iterator<Item = (Known, &Decorator)> {
        let file = self.file_of_class(class);
        let ir = self.class(class);
        ir.decorators.iter().filter_map(move |decorator| {
            let binding = self.resolve_in_header(file, ir, &decorator.path);
            Some((self.known_decorator(binding, decorator)?, decorator))
        })
    }
}

impl Role {
    fn apply(&mut self, known: Known) {
        match known {
            Known::Static | Known::AbstractStatic => self.kind = Some(MethodKind::Static),
            Known::Class | Known::AbstractClass => self.kind = Some(MethodKind::Class),
            Known::Property | Known::AbstractProperty => {
                self.accessor = Some(Accessor::Getter { cached: false });
            }
            Known::CachedProperty => self.accessor = Some(Accessor::Getter { cached: true }),
            Known::Overload => self.is_overload = true,
            Known::ContextManager if self.wrapper == Wrapper::Plain => {
                self.wrapper = Wrapper::ContextManager;
            }
            Known::Runner => self.wrapper = Wrapper::Runner,
            _ => {}
        }
        self.is_abstract |= matches!(
            known,
            Known::Abstract
                | Known::AbstractProperty
                | Known::AbstractClass
                | Known::AbstractStatic
        );
    }
}

/// How a method binds without decorators. The language reference (3.3.1, 3.3.3, 3.3.5) makes
/// three of them static or class methods by their names.
fn implicit_kind(name: Name) -> MethodKind {
    match name.as_str() {
        "__new__" => MethodKind::Static,
        "__init_subclass__" | "__class_getitem__" => MethodKind::Class,
        _ => MethodKind::Instance,
    }
}

/// `Base.size.setter` is the setter of `Base.size`.
fn part_of_property(path: &[Name]) -> Option<(Part, &[Name])> {
    let (last, base) = path.split_last()?;
    let part = match last.as_str() {
        "getter" => Part::Get,
        "setter" => Part::Set,
        "deleter" => Part::Delete,
        _ => return None,
    };
    (!base.is_empty()).then_some((part, base))
}
