//! Type annotations, reduced to the names in them.

use ruff_python_ast::{self as ast, Expr};
use ruff_python_parser::parse_expression;
use ruff_text_size::{Ranged, TextRange};

use super::ir::TypeExpr;
use super::name::Name;

/// Types nested deeper than this are unknown.
const MAX_DEPTH: u32 = 16;
/// Longer strings are no annotations.
const MAX_STRING: usize = 400;

/// What an annotation says.
pub(super) fn type_expr(expr: &Expr) -> TypeExpr {
    Reader { within: None }.read(expr, MAX_DEPTH)
}

struct Reader {
    /// The string in which the annotation stands, if it stands in one: its range is the one
    /// to show.
    within: Option<TextRange>,
}

impl Reader {
    fn read(&self, expr: &Expr, depth: u32) -> TypeExpr {
        let Some(depth) = depth.checked_sub(1) else {
            return TypeExpr::Unknown;
        };
        match expr {
            Expr::Name(_) | Expr::Attribute(_) => match dotted(expr) {
                Some(path) => TypeExpr::Name(path, self.range(expr)),
                None => TypeExpr::Unknown,
            },
            Expr::NoneLiteral(_) => TypeExpr::None,
            Expr::StringLiteral(it) => self.string(it, depth),
            Expr::Subscript(it) => self.subscript(it, depth),
            Expr::BinOp(it) if it.op == ast::Operator::BitOr => self.union(it, depth),
            _ => TypeExpr::Unknown,
        }
    }

    fn range(&self, expr: &Expr) -> TextRange {
        self.within.unwrap_or_else(|| expr.range())
    }

    fn subscript(&self, it: &ast::ExprSubscript, depth: u32) -> TypeExpr {
        let Some(path) = dotted(&it.value) else {
            return TypeExpr::Unknown;
        };
        let args = match &*it.slice {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let count = match path.last().map(|it| it.as_str()) {
            // The strings in there are no types.
            Some("Literal") => 0,
            Some("Annotated") => 1,
            _ => args.len(),
        };
        let args = args.iter().take(count);
        let args = args.map(|it| self.read(it, depth)).collect();
        let range = self.within.unwrap_or(it.range);
        TypeExpr::Subscript(path, args, range)
    }

    /// `A | B | C`, which is nested to the left.
    fn union(&self, it: &ast::ExprBinOp, depth: u32) -> TypeExpr {
        let mut types = vec![self.read(&it.right, depth)];
        let mut left = &*it.left;
        while let Expr::BinOp(it) = left
            && it.op == ast::Operator::BitOr
        {
            types.push(self.read(&it.right, depth));
            left = &it.left;
        }
        types.push(self.read(left, depth));
        types.reverse();
        TypeExpr::Union(types)
    }

    fn string(&self, it: &ast::ExprStringLiteral, depth: u32) -> TypeExpr {
        let text = it.value.to_str().trim();
        let within = self.within.unwrap_or(it.range);
        if text.len() > MAX_STRING {
            return TypeExpr::Unknown;
        }
        if is_dotted(text) {
            let path = text.split('.').map(Name::new).collect();
            return match text {
                "None" => TypeExpr::None,
                _ => TypeExpr::Name(path, within),
            };
        }
        match parse_expression(text) {
            Ok(parsed) => {
                let within = Some(within);
                Reader { within }.read(parsed.expr(), depth)
            }
            Err(_) => TypeExpr::Unknown,
        }
    }
}

/// Whether a text is a dotted name: what almost every string annotation is.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        let starts_well = part.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        starts_well
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    })
}

fn dotted(expr: &Expr) -> Option<Vec<Name>> {
    let mut path = Vec::new();
    let mut at = expr;
    while let Expr::Attribute(it) = at {
        path.push(Name::new(&it.attr));
        at = &it.value;
    }
    let Expr::Name(root) = at else {
        return None;
    };
    if root.id.is_empty() {
        return None;
    }
    path.push(Name::new(&root.id));
    path.reverse();
    path.shrink_to_fit();
    Some(path)
}
