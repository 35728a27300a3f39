//! A ring as people talk about it: instances that hold each other, with the containers, bound
//! methods and closures between them.

use crate::cycles::judge::{Ring, is_instance};
use crate::cycles::witness::{Link, Node};
use crate::heap::object::{Kind, Label, Ty};
use crate::program::model::{ClassId, Container, FuncId, Place, Program};
use crate::syntax::ir::{Const, FunctionKind};
use crate::syntax::name::known;

/// A ring and the program that it is in.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) program: &'a Program,
    pub(super) ring: &'a Ring,
    pub(super) links: &'a [Link],
}

/// One reference of the ring in words; a container between two objects is part of `via`.
pub(super) struct Hop {
    pub(super) from: String,
    pub(super) via: String,
    pub(super) to: String,
    pub(super) place: Place,
    /// The class of the object that holds, if it is an instance of a class of the project.
    pub(super) holder: Option<ClassId>,
    /// Whether the object that holds is a library's.
    pub(super) in_library: bool,
    /// The class of the object that is held.
    pub(super) held: Option<ClassId>,
    /// Whether it goes through a container.
    pub(super) through_container: bool,
    /// Index of its first link, and of its last one.
    pub(super) first: usize,
    pub(super) link: usize,
    pub(super) order: u32,
}

impl<'a> Shape<'a> {
    pub(super) fn of(program: &'a Program, ring: &'a Ring) -> Self {
        Self {
            program,
            ring,
            links: &ring.witness.links,
        }
    }

    /// Whether an object of this kind is on the ring.
    pub(super) fn has(self, kind: impl Fn(Kind) -> bool) -> bool {
        self.links.iter().any(|it| kind(it.holder.kind))
    }

    /// Whether it goes through the traceback of an exception.
    pub(super) fn has_traceback_of_exception(self) -> bool {
        self.links.iter().any(is_traceback_of_exception)
    }

    /// Whether nothing is on it but frames and what they hold for the moment: exceptions,
    /// tracebacks, containers and cells.
    pub(super) fn is_of_frames(self) -> bool {
        self.links.iter().all(|it| {
            let of_exception = matches!(
                it.label,
                Label::Attr(name)
                    if matches!(name.as_str(), "__traceback__" | "__cause__" | "__context__")
            );
            of_exception
                || matches!(
                    it.holder.kind,
                    Kind::Frame(_)
                        | Kind::Traceback
                        | Kind::Container(_)
                        | Kind::Cell
                        | Kind::FreeCell(_)
                )
        })
    }

    /// How many instances are on it.
    pub(super) fn instances(self) -> usize {
        self.links.iter().filter(|it| is_instance(it)).count()
    }

    /// Whether a class is not the project's, whose code nobody is going to change.
    pub(super) fn is_library(self, class: ClassId) -> bool {
        self.program.is_library(self.program.file_of_class(class))
    }

    /// Whether nothing of the project is on the ring.
    pub(super) fn is_inside_libraries(self) -> bool {
        let mut classes = self.links.iter().filter_map(|it| it.holder.class());
        let is_project = |it: &Link| match it.holder.kind {
            Kind::Function(func) | Kind::BoundMethod(func) | Kind::Suspended(func) => {
                !self.program.is_library(self.program.file_of(func))
            }
            _ => it.holder.class().is_some_and(|it| !self.is_library(it)),
        };
        classes.any(|it| self.is_library(it)) && !self.links.iter().any(is_project)
    }

    /// The class whose consequence the message names: one with a finalizer, else any.
    pub(super) fn subject(self) -> Option<ClassId> {
        let on_ring = self.links.iter().find_map(|it| it.holder.class());
        self.ring.finalizers.first().copied().or(on_ring)
    }

    /// The name of a class as the source has it.
    pub(super) fn class_name(self, class: ClassId) -> &'static str {
        self.program.class(class).name.as_str()
    }

    /// The name of a function: `Class.method`, `function`.
    pub(super) fn function_name(self, func: FuncId) -> String {
        let ir = self.program.function(func);
        match self.program.func_info(func).class {
            Some(class) => format!("{}.{}", self.class_name(class), ir.name),
            None => ir.name.to_string(),
        }
    }

    /// What an object is called.
    pub(super) fn node_name(self, node: &Node) -> String {
        match node.kind {
            Kind::BoundMethod(func) => format!("bound method {}", self.function_name(func)),
            Kind::BuiltinMethod(name) => format!("bound method {name}"),
            Kind::Function(func) => match self.program.function(func).kind {
                FunctionKind::Lambda => "lambda".to_owned(),
                _ => format!("function {}", self.program.function(func).name),
            },
            Kind::Suspended(func) => {
                let ir = self.program.function(func);
                let what = if ir.is_generator {
                    "generator"
                } else {
                    "coroutine"
                };
                match ir.kind {
                    FunctionKind::GeneratorExpression => "generator expression".to_owned(),
                    _ => format!("{what} {}", self.function_name(func)),
                }
            }
            Kind::Cell | Kind::FreeCell(_) => "closure cell".to_owned(),
            Kind::Frame(func) => format!("frame of {}", self.function_name(func)),
            Kind::Traceback => "traceback".to_owned(),
            Kind::Caught if node.tys.is_empty() => "exception".to_owned(),
            Kind::WeakRef => "weak reference".to_owned(),
            _ => self.typed_name(node),
        }
    }

    fn typed_name(self, node: &Node) -> String {
        match node.tys.first() {
            Some(Ty::Instance(class)) => {
                // A receiver of a base class stands for the subclass with the finalizer.
                let sub = self.ring.finalizers.iter().copied();
                let special = sub.into_iter().find(|&it| {
                    node.is_open() && it != *class && self.program.is_subclass(it, *class)
                });
                self.class_name(special.unwrap_or(*class)).to_owned()
            }
            Some(Ty::Container(container)) => container_name(*container).to_owned(),
            Some(Ty::External(name)) => name
                .as_str()
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned(),
            Some(Ty::WeakRef) => "weak reference".to_owned(),
            Some(Ty::Proxy) => "weak proxy".to_owned(),
            _ => match node.kind {
                Kind::Lazy {
                    label: Label::Attr(name),
                    ..
                } => format!("object in .{name}"),
                Kind::Holder => "iterator".to_owned(),
                _ => "object".to_owned(),
            },
        }
    }

    /// The references in words, containers folded into them.
    pub(super) fn hops(self) -> Vec<Hop> {
        let count = self.links.len();
        let is_container = |it: &Link| {
            matches!(
                it.holder.kind,
                Kind::Container(_) | Kind::Cell | Kind::FreeCell(_) | Kind::Traceback
            ) || matches!(
                (it.holder.kind, it.holder.tys.as_slice()),
                (Kind::Lazy { .. }, [Ty::Container(_)])
            )
        };
        // Start at an object with a finalizer, else at an instance, else at what is no container.
        let finalized = |it: &Link| {
            it.holder
                .class()
                .is_some_and(|it| self.ring.finalizers.contains(&it))
        };
        let start = (0..count)
            .find(|&it| finalized(&self.links[it]) && !is_container(&self.links[it]))
            .or_else(|| {
                (0..count)
                    .find(|&it| is_instance(&self.links[it]) && !is_container(&self.links[it]))
            })
            .or_else(|| (0..count).find(|&it| !is_container(&self.links[it])))
            .unwrap_or(0);
        let all_containers = is_container(&self.links[start]);
        let mut res: Vec<Hop> = Vec::new();
        for step in 0..count {
            let idx = (start + step) % count;
            let link = &self.links[idx];
            let next = &self.links[(idx + 1) % count];
            let continues = step > 0 && !all_containers && is_container(link);
            if continues && let Some(hop) = res.last_mut() {
                hop.via.push_str(&label_suffix(link));
                hop.to = self.node_name(&next.holder);
                hop.held = next.holder.class();
                hop.through_container |=
                    !matches!(link.holder.kind, Kind::Cell | Kind::FreeCell(_));
                // A captured variable is stored by the `def` or `lambda` that captures it; the
                // function that has the variable binds it.
                let captured = matches!(link.holder.kind, Kind::Cell | Kind::FreeCell(_))
                    && !matches!(self.links[hop.first].holder.kind, Kind::Frame(_));
                let passed_on = captured || link.holder.kind == Kind::Traceback;
                if !passed_on && (!link.read || hop.order == 0) {
                    hop.place = link.place;
                }
                hop.link = idx;
                hop.order = hop.order.max(link.order);
                continue;
            }
            res.push(Hop {
                from: self.node_name(&link.holder),
                via: label_name(link),
                to: self.node_name(&next.holder),
                place: link.place,
                holder: link.holder.class().filter(|&it| !self.is_library(it)),
                in_library: link.holder.class().is_some_and(|it| self.is_library(it)),
                held: next.holder.class(),
                through_container: false,
                first: idx,
                link: idx,
                order: link.order,
            });
        }
        res
    }

    /// The innermost function around a place.
    pub(super) fn function_at(self, place: Place) -> Option<FuncId> {
        let file = self.program.files.get(place.file.0 as usize)?;
        let around = file
            .ir
            .functions
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, it)| it.range.contains_range(place.range) && it.kind == FunctionKind::Def)
            .min_by_key(|(_, it)| it.range.len())?;
        Some(FuncId(
            self.program.function_base[place.file.0 as usize] + around.0 as u32,
        ))
    }

    /// Whether the reference is stored by a method of one of the classes.
    pub(super) fn stored_by_method_of(self, place: Place, classes: &[Option<ClassId>]) -> bool {
        let method = self
            .function_at(place)
            .and_then(|it| self.program.func_info(it).class);
        method.is_some_and(|method| {
            classes
                .iter()
                .flatten()
                .any(|&it| self.program.is_subclass(it, method))
        })
    }
}

fn is_traceback_of_exception(link: &Link) -> bool {
    matches!(link.label, Label::Attr(known::TRACEBACK))
}

fn container_name(container: Container) -> &'static str {
    match container {
        Container::List => "list",
        Container::Tuple => "tuple",
        Container::Set => "set",
        Container::Dict => "dict",
        Container::DefaultDict => "defaultdict",
        Container::Deque => "deque",
        Container::WeakSet => "WeakSet",
        Container::WeakValueDict => "WeakValueDictionary",
        Container::WeakKeyDict => "WeakKeyDictionary",
    }
}

/// How a reference is written after its holder: `attr`, `[]`, `["key"]`.
pub(super) fn label_name(link: &Link) -> String {
    match link.label {
        Label::Attr(name) => name.to_string(),
        Label::Captured(name) => format!("captured {name}"),
        Label::Local(name) => format!("local {name}"),
        Label::Content => String::new(),
        Label::DictKey => "[key]".to_owned(),
        Label::Unnamed | Label::Attributes => "__dict__[]".to_owned(),
        Label::Referent => "referent".to_owned(),
        Label::Elem | Label::Key(_) => label_suffix(link),
    }
}

pub(super) fn label_suffix(link: &Link) -> String {
    match (link.label, link.key) {
        (Label::Key(_), Some(Const::Int(idx))) => format!("[{idx}]"),
        (Label::Key(_), Some(Const::Str(name))) => format!("[{:?}]", name.as_str()),
        (Label::Elem | Label::Key(_), _) => "[]".to_owned(),
        (Label::DictKey, _) => "[key]".to_owned(),
        (Label::Attr(name), _) if name != known::SELF_DUNDER => format!(".{name}"),
        _ => String::new(),
    }
}
