//! The `__init__` that dataclasses, named tuples, attrs and pydantic generate.

use rustc_hash::FxHashMap;

use super::classes::Header;
use super::known::Known;
use super::model::{Binding, ClassId, Field, FileId, FuncId, Program, constant};
use crate::syntax::Name;
use crate::syntax::ir::{
    Const, Decorator, FileIr, FunctionIdx, FunctionKind, Member, MemberKind, TypeExpr,
};
use crate::syntax::name::known as names;

/// How the fields of a class are told from other attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Dataclass,
    NamedTuple,
    /// Only `attr.ib()` calls.
    AttrsCalls,
    /// Annotated names, and `attrs.field()` calls.
    Attrs,
    /// Annotated names, by keyword only.
    Pydantic,
}

/// The base class of pydantic's models.
const BASE_MODEL: [&str; 2] = ["pydantic.BaseModel", "pydantic.main.BaseModel"];

/// The fields of the generated `__init__` of each class that has one.
pub(super) fn generated_inits(
    program: &Program,
    headers: &[Header],
    order: &[ClassId],
) -> Vec<(ClassId, Vec<Field>)> {
    // Also of those that generate none, for the classes that inherit the fields.
    let mut all: FxHashMap<ClassId, Vec<Field>> = FxHashMap::default();
    let mut result = Vec::new();
    for &class in order {
        let Some((style, decorator)) = style(program, headers, class) else {
            continue;
        };
        let flag = |name| decorator.and_then(|it| constant(&it.keywords, name));
        let own = Fields {
            program,
            class,
            file: program.file_of_class(class),
            style,
            kw_only: style == Style::Pydantic || flag("kw_only") == Some(Const::Bool(true)),
        };
        // As in `dataclasses._process_class`: base classes in reverse MRO; a field that is
        // defined again stays in its place.
        let mut fields: Vec<Field> = Vec::new();
        for base in program.class_info(class).mro.iter().skip(1).rev() {
            for field in all.get(base).into_iter().flatten() {
                merge(&mut fields, field.clone());
            }
        }
        for field in own.collect() {
            merge(&mut fields, field);
        }
        let has_own = program.class_info(class).members.contains_key(&names::INIT);
        if !has_own && flag("init") != Some(Const::Bool(false)) {
            result.push((class, fields.clone()));
        }
        all.insert(class, fields);
    }
    result
}

fn merge(fields: &mut Vec<Field>, field: Field) {
    match fields.iter_mut().find(|it| it.name == field.name) {
        Some(slot) => *slot = field,
        None => fields.push(field),
    }
}

fn style<'a>(
    program: &'a Program,
    headers: &[Header],
    class: ClassId,
) -> Option<(Style, Option<&'a Decorator>)> {
    if headers[class.0 as usize].is_named_tuple {
        return Some((Style::NamedTuple, None));
    }
    let decorated = program
        .class_decorators(class)
        .find(|(known, _)| matches!(known, Known::Dataclass | Known::AttrsOld | Known::AttrsNew));
    let Some((known, decorator)) = decorated else {
        return is_pydantic(program, class).then_some((Style::Pydantic, None));
    };
    let style = match known {
        Known::Dataclass => Style::Dataclass,
        Known::AttrsNew => Style::Attrs,
        _ => {
            let auto = constant(&decorator.keywords, "auto_attribs") == Some(Const::Bool(true));
            let by_annotation = decorator
                .path
                .last()
                .is_some_and(|it| it.as_str() == "dataclass");
            if auto || by_annotation {
                Style::Attrs
            } else {
                Style::AttrsCalls
            }
        }
    };
    Some((style, Some(decorator)))
}

fn is_pydantic(program: &Program, class: ClassId) -> bool {
    let bases = program.class_info(class).mro.iter().skip(1);
    let is_model = |&base: &ClassId| {
        program.class(base).name.as_str() == "BaseModel"
            && program
                .dotted(Binding::Class(base))
                .is_some_and(|it| BASE_MODEL.contains(&&*it))
    };
    bases.into_iter().any(is_model)
}

struct Fields<'a> {
    program: &'a Program,
    class: ClassId,
    file: FileId,
    style: Style,
    kw_only: bool,
}

impl Fields<'_> {
    fn collect(self) -> Vec<Field> {
        let class = self.program.class(self.class);
        let style = match self.style {
            // `attrs.define` goes by `field()` calls if one of them has no annotation.
            Style::Attrs if class.members.iter().any(|it| self.is_bare_call(it)) => {
                Style::AttrsCalls
            }
            style => style,
        };
        let mut kw_only = self.kw_only;
        let mut fields = Vec::new();
        for (idx, member) in (0..).zip(&class.members) {
            let annotation = member.annotation.as_ref();
            match style {
                Style::AttrsCalls if !self.is_field_call(member) => continue,
                Style::AttrsCalls => {}
                _ if annotation.is_none() => continue,
                _ => {}
            }
            match annotation.map_or("", outer_name) {
                "ClassVar" => {}
                "KW_ONLY" => kw_only = true,
                _ => merge(&mut fields, self.field(idx, member, kw_only)),
            }
        }
        fields
    }

    fn field(&self, idx: u32, member: &Member, kw_only: bool) -> Field {
        let name = member.name;
        let is_attrs = matches!(self.style, Style::Attrs | Style::AttrsCalls);
        let is_pydantic = self.style == Style::Pydantic;
        let mut field = Field {
            name,
            // attrs: "private" attributes lose their underscores in `__init__`.
            parameter: if is_attrs {
                Name::new(name.as_str().trim_start_matches('_'))
            } else {
                name
            },
            // pydantic: "private" attributes have defaults, and no parameter.
            init: !(is_pydantic && name.as_str().starts_with('_')),
            kw_only,
            copied: is_pydantic && is_collection(member.annotation.as_ref()),
            has_default: !matches!(
                member.kind,
                MemberKind::Value {
                    assigned: false,
                    ..
                }
            ),
            factory: Vec::new(),
            factory_lambda: None,
            default_method: None,
            init_var: member.annotation.as_ref().map(outer_name) == Some("InitVar"),
            annotation: member.annotation.clone(),
            class: self.class,
            member: idx,
        };
        if let MemberKind::Call {
            path,
            args,
            keywords,
            constants,
        } = &member.kind
        {
            if self.is_field_call(member) {
                specify(&mut field, keywords, constants);
                if field.factory.is_empty() && field.has_default {
                    let ir = &self.program.files[self.file.0 as usize].ir;
                    let lambda = factory_lambda(ir, member, keywords);
                    field.factory_lambda = lambda.map(|it| self.program.func_id(self.file, it));
                }
            } else if is_attrs && path.last().is_some_and(|it| it.as_str() == "Factory") {
                field.factory = args.first().cloned().unwrap_or_default();
            }
        }
        if is_attrs {
            field.default_method = self.default_method(name);
        }
        field.has_default |= field.default_method.is_some();
        field
    }

    fn is_bare_call(&self, member: &Member) -> bool {
        member.annotation.is_none() && self.is_field_call(member)
    }

    fn is_field_call(&self, member: &Member) -> bool {
        let MemberKind::Call { path, .. } = &member.kind else {
            return false;
        };
        let binding = self
            .program
            .resolve_path(self.file, None, Some(self.class), path);
        let dotted = self.program.dotted(binding);
        match self.style {
            Style::NamedTuple => false,
            Style::Dataclass => {
                dotted.is_some_and(|it| matches!(&*it, "dataclasses.field" | "pydantic.Field"))
            }
            Style::Pydantic => dotted.is_some_and(|it| {
                matches!(
                    &*it,
                    "pydantic.Field"
                        | "pydantic.PrivateAttr"
                        | "pydantic.fields.Field"
                        | "pydantic.fields.PrivateAttr"
                )
            }),
            Style::Attrs | Style::AttrsCalls => dotted.is_some_and(|it| {
                matches!(
                    &*it,
                    "attr.ib" | "attr.attr" | "attr.attrib" | "attr.field" | "attrs.field"
                )
            }),
        }
    }

    /// `@name.default def _(self): ...`
    fn default_method(&self, name: Name) -> Option<FuncId> {
        let functions = &self.program.files[self.file.0 as usize].ir.functions;
        let members = &self.program.class(self.class).members;
        members.iter().find_map(|member| match member.kind {
            MemberKind::Function(func) => functions
                .get(func.0 as usize)
                .into_iter()
                .flat_map(|it| &it.decorators)
                .any(|it| matches!(it.path[..], [of, part] if of == name && part.as_str() == "default"))
                .then(|| self.program.func_id(self.file, func)),
            _ => None,
        })
    }
}

/// `field(default_factory=lambda: [])`
fn factory_lambda(
    ir: &FileIr,
    member: &Member,
    keywords: &[(Name, Vec<Name>)],
) -> Option<FunctionIdx> {
    let is_factory = |it: &(Name, Vec<Name>)| {
        matches!(it.0.as_str(), "default_factory" | "factory") && it.1.is_empty()
    };
    if !keywords.iter().any(is_factory) {
        return None;
    }
    let lambda = ir
        .functions
        .iter()
        .position(|it| it.kind == FunctionKind::Lambda && member.range.contains_range(it.range))?;
    Some(FunctionIdx(u32::try_from(lambda).ok()?))
}

/// The lambda that makes the default of each member of all classes, where there is one.
pub(super) fn factory_lambdas(ir: &FileIr) -> Vec<Option<FunctionIdx>> {
    let members = ir.classes.iter().flat_map(|it| &it.members);
    let lambda = |it: &Member| match &it.kind {
        MemberKind::Call { keywords, .. } => factory_lambda(ir, it, keywords),
        _ => None,
    };
    members.map(lambda).collect()
}

/// Applies the arguments of `field(...)`.
fn specify(field: &mut Field, keywords: &[(Name, Vec<Name>)], constants: &[(Name, Const)]) {
    field.has_default = false;
    for (name, path) in keywords {
        match name.as_str() {
            "default_factory" | "factory" => {
                field.factory = path.clone();
                field.has_default = true;
            }
            "default" => field.has_default = true,
            _ => {}
        }
    }
    for (name, value) in constants {
        match (name.as_str(), value) {
            ("default" | "default_factory" | "factory", _) => field.has_default = true,
            ("init", Const::Bool(value)) => field.init = *value,
            ("kw_only", Const::Bool(value)) => field.kw_only = *value,
            ("alias", Const::Str(value)) => field.parameter = *value,
            _ => {}
        }
    }
}

/// Whether an annotation names a collection, which pydantic copies as it validates it.
fn is_collection(annotation: Option<&TypeExpr>) -> bool {
    let names = [
        "list", "List", "dict", "Dict", "set", "Set", "tuple", "Tuple", "deque", "Sequence",
    ];
    annotation.is_some_and(|it| names.contains(&outer_name(it)))
}

/// The last component of the outermost name of an annotation.
fn outer_name(annotation: &TypeExpr) -> &'static str {
    match annotation {
        TypeExpr::Name(path, _) | TypeExpr::Subscript(path, _, _) => {
            path.last().map_or("", |it| it.as_str())
        }
        _ => "",
    }
}
