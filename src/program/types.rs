//! Annotations: which class the value of a name has.

use std::borrow::Cow;

use super::known;
use super::model::{Binding, ClassId, Container, FileId, FuncId, Program, TypeRef};
use crate::syntax::Name;
use crate::syntax::ir::TypeExpr;

/// Annotations nested deeper than this are unknown.
const MAX_DEPTH: u32 = 32;

/// Where an annotation stands.
#[derive(Clone, Copy)]
struct Site<'a> {
    program: &'a Program,
    file: FileId,
    scope: Option<FuncId>,
    class: Option<ClassId>,
}

impl Program {
    /// The type that an annotation names, standing in the body of class `class` or in a header
    /// there (also what `Self` is), in function `scope`.
    pub fn resolve_type(
        &self,
        file: FileId,
        scope: Option<FuncId>,
        class: Option<ClassId>,
        annotation: &TypeExpr,
    ) -> TypeRef {
        let site = Site {
            program: self,
            file,
            scope,
            class,
        };
        site.resolve(annotation, 0)
    }
}

impl Site<'_> {
    fn resolve(self, annotation: &TypeExpr, depth: u32) -> TypeRef {
        if depth > MAX_DEPTH {
            return TypeRef::Unknown;
        }
        match annotation {
            TypeExpr::Name(path, _) => self.name(path, depth),
            TypeExpr::Subscript(path, args, _) => self.subscript(path, args, depth),
            TypeExpr::Union(members) => self.union(members, depth),
            TypeExpr::None => TypeRef::Plain,
            TypeExpr::Unknown => TypeRef::Unknown,
        }
    }

    fn binding(self, path: &[Name]) -> Binding {
        self.program
            .resolve_path(self.file, self.scope, self.class, path)
    }

    fn name(self, path: &[Name], depth: u32) -> TypeRef {
        let binding = self.binding(path);
        if let Some(dotted) = self.program.dotted(binding) {
            if let Some(container) = known::annotated_container(&dotted) {
                return TypeRef::Container(container, Vec::new());
            }
            if known::is_plain_type(&dotted) {
                return TypeRef::Plain;
            }
            match known::canonical(&dotted) {
                "Self" => return self.class.map_or(TypeRef::Unknown, TypeRef::Instance),
                "weakref.ref" | "weakref.ReferenceType" => return weak_reference(),
                other if is_form(other) => return TypeRef::Unknown,
                _ => {}
            }
        }
        match binding {
            Binding::Class(class) => TypeRef::Instance(class),
            Binding::External(name) => TypeRef::External(name),
            Binding::Variable(module, name) => self.type_variable(module, name, depth),
            _ => TypeRef::Unknown,
        }
    }

    /// `T = TypeVar("T", bound=C)` is a `C`.
    fn type_variable(self, module: super::model::ModuleId, name: Name, depth: u32) -> TypeRef {
        let Some(file) = self.program.modules[module.0 as usize].file else {
            return TypeRef::Unknown;
        };
        match self.program.scopes.type_variables[file.0 as usize].get(&name) {
            Some(bound) if depth < MAX_DEPTH => Site {
                program: self.program,
                file,
                scope: None,
                class: None,
            }
            .name(bound, depth + 1),
            _ => TypeRef::Unknown,
        }
    }

    fn subscript(self, path: &[Name], args: &[TypeExpr], depth: u32) -> TypeRef {
        let binding = self.binding(path);
        let dotted = self.program.dotted(binding).unwrap_or(Cow::Borrowed(""));
        let arg = |idx: usize| match args.get(idx) {
            Some(arg) => self.resolve(arg, depth + 1),
            None => TypeRef::Unknown,
        };
        match known::canonical(&dotted) {
            "Optional" | "Union" => return self.union(args, depth),
            "ClassVar"
            | "Final"
            | "Annotated"
            | "dataclasses.InitVar"
            | "Required"
            | "NotRequired"
            | "ReadOnly" => return arg(0),
            "type" | "Type" => {
                return match arg(0) {
                    TypeRef::Instance(class) => TypeRef::ClassObject(class),
                    _ => TypeRef::Unknown,
                };
            }
            "Literal" => return TypeRef::Plain,
            _ => {}
        }
        match known::annotated_container(&dotted) {
            Some(container) => TypeRef::Container(container, self.elements(container, args, depth)),
            None => self.name(path, depth),
        }
    }

    /// The types of the elements: a dict's values, a tuple's items.
    fn elements(self, container: Container, args: &[TypeExpr], depth: u32) -> Vec<TypeRef> {
        use Container::{DefaultDict, Dict, Tuple, WeakKeyDict, WeakValueDict};
        let elements = match (container, args) {
            (Dict | DefaultDict | WeakKeyDict | WeakValueDict, [_, value, ..]) => {
                std::slice::from_ref(value)
            }
            (Tuple, args) => args,
            (_, [first, ..]) => std::slice::from_ref(first),
            (_, []) => &[],
        };
        elements
            .iter()
            .map(|it| self.resolve(it, depth + 1))
            .collect()
    }

    /// A union without the members that hold no references.
    fn union(self, members: &[TypeExpr], depth: u32) -> TypeRef {
        let mut types: Vec<TypeRef> = Vec::new();
        for member in members {
            match self.resolve(member, depth + 1) {
                TypeRef::Union(inner) => types.extend(inner),
                TypeRef::Plain => {}
                it if types.contains(&it) => {}
                it => types.push(it),
            }
        }
        match types.len() {
            0 => TypeRef::Plain,
            1 => types.swap_remove(0),
            _ => TypeRef::Union(types),
        }
    }
}

fn weak_reference() -> TypeRef {
    TypeRef::External(Name::new("weakref.ref"))
}

/// Constructs of `typing` that are no classes.
fn is_form(name: &str) -> bool {
    matches!(
        name,
        "Any"
            | "Callable"
            | "object"
            | "type"
            | "Type"
            | "Optional"
            | "Union"
            | "Generic"
            | "Protocol"
            | "ClassVar"
            | "Final"
            | "Hashable"
            | "Sized"
            | "Awaitable"
            | "Coroutine"
            | "TypeAlias"
            | "TypeGuard"
            | "property"
    )
}
