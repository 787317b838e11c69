//! Which types of an impl's header somebody has to name before the impl can be meant.
//!
//! Not all of them: where `impl Convert<Marker> for Thing` stands alone, `thing.convert()` means it, and `Builder::new()` means
//! `impl Builder<Start>`, though the caller names neither `Marker` nor `Start`. Inference takes the only impl that fits. It does
//! not choose where the self type itself is not known, nor between impls that differ in that place alone: these are at hand
//! ([`Siblings`]), or known to stand in std.

use crate::fingerprint::Fingerprint;
use crate::graph::outside::is_std;
use crate::resolve::names::{Names, is_std_prelude};
use crate::resolve::program::{Node, Program, ScopeId};
use crate::syntax::ir::{HeaderType, ImplShape, Path, Role, Symbol};
use rustc_hash::FxHashMap;

/// Impls of one place whose headers differ in one type.
pub(super) struct Siblings {
    /// What fills a hole; nothing where several types do.
    fills: FxHashMap<(ScopeId, Fingerprint), Option<Fingerprint>>,
}

impl Siblings {
    /// Those of `program`.
    pub(super) fn new(program: &Program<'_>) -> Self {
        let mut fills = FxHashMap::default();
        for node in &program.nodes {
            // One that a cfg or an attribute may take away is no sibling to rely on.
            let stands = node.item.cfg.is_empty() && node.item.attributes.macros.is_empty();
            let shape = node.as_impl().filter(|shape| stands && !shape.negative);
            for fill in shape.iter().flat_map(|shape| &shape.fills) {
                let known = fills
                    .entry((node.home, fill.hole))
                    .or_insert(Some(fill.with));
                if *known != Some(fill.with) {
                    *known = None;
                }
            }
        }
        Self { fills }
    }

    /// Does the impl wait until this type of its header is reached?
    pub(super) fn is_waited_for(
        &self,
        names: &Names<'_, '_>,
        node: &Node<'_>,
        shape: &ImplShape,
        wanted: &HeaderType,
    ) -> bool {
        let several = || self.fills.get(&(node.home, wanted.hole)) == Some(&None);
        match wanted.role {
            Role::Trait => false,
            Role::Own => true,
            // Members of inherent impls are told apart by their names as well.
            _ if shape.of_trait.is_none() => false,
            Role::Part | Role::Inside => several(),
            Role::Argument => several() || has_others(names, node, shape),
            Role::Referent => several() || has_others_behind(names, node, shape),
        }
    }

    /// Types of which one has to be reached before the impl can be meant: operators between references and numbers, which
    /// numbers have in every combination, so that inference cannot choose the impl as long as neither side is known.
    pub(super) fn one_of<'s>(
        names: &Names<'_, '_>,
        node: &Node<'_>,
        shape: &'s ImplShape,
    ) -> Vec<&'s HeaderType> {
        let name = std_trait(names, node, shape);
        let operator = name.filter(|name| OPERATORS.contains(&name.as_str()));
        let assigns = operator.is_some_and(|name| name.ends_with("Assign"));
        let mut found = Vec::new();
        for ty in &shape.header_types {
            match ty.role {
                Role::Trait | Role::Inside => {}
                _ if is_one_of(names, node, ty, NUMBERS) => {}
                // A type that is known by itself, and may be all that is needed.
                Role::Own => return Vec::new(),
                Role::Referent if assigns => return Vec::new(),
                Role::Referent | Role::Argument | Role::Part => found.push(ty),
            }
        }
        if operator.is_none() {
            found.clear();
        }
        found
    }
}

const NUMBERS: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64",
];
/// Types that are compared with their like.
const COMPARED: &[&str] = &[
    "bool", "char", "str", "String", "Vec", "Path", "PathBuf", "OsStr", "OsString",
];
/// Operators that every number has with itself, of references on either side as well.
const OPERATORS: &[&str] = &[
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Rem",
    "AddAssign",
    "SubAssign",
    "MulAssign",
    "DivAssign",
    "RemAssign",
];

/// Has std another impl of this trait for the same type, of another argument?
fn has_others(names: &Names<'_, '_>, node: &Node<'_>, shape: &ImplShape) -> bool {
    let Some(of_trait) = std_trait(names, node, shape) else {
        return false;
    };
    let mut own = shape.header_types.iter();
    let mut is_own = |list: &[&str]| {
        let plain = own.find(|ty| matches!(ty.role, Role::Own | Role::Referent));
        plain.is_some_and(|ty| is_one_of(names, node, ty, list))
    };
    match of_trait.as_str() {
        // Everything is made of itself.
        "From" | "Into" | "TryFrom" | "TryInto" | "Borrow" | "BorrowMut" => true,
        "PartialEq" | "PartialOrd" => {
            let mut parts = shape.header_types.iter();
            parts.all(|ty| {
                matches!(ty.role, Role::Trait | Role::Argument)
                    || is_one_of(names, node, ty, NUMBERS)
                    || is_one_of(names, node, ty, COMPARED)
            })
        }
        "Extend" | "FromIterator" => is_own(&["String", "Vec"]),
        "AsRef" => is_own(&["str", "String", "Vec"]),
        "Sum" | "Product" => is_own(NUMBERS),
        name => OPERATORS.contains(&name) && is_own(NUMBERS),
    }
}

/// Has std another impl of this trait for a reference to something else?
fn has_others_behind(names: &Names<'_, '_>, node: &Node<'_>, shape: &ImplShape) -> bool {
    let of_trait = std_trait(names, node, shape);
    of_trait.is_some_and(|name| {
        matches!(
            name.as_str(),
            "IntoIterator" | "Neg" | "Not" | "Read" | "Write"
        )
    })
}

/// The name of the impl's trait, if it is one of std and nothing else.
fn std_trait(names: &Names<'_, '_>, node: &Node<'_>, shape: &ImplShape) -> Option<Symbol> {
    std_name(names, node, shape.of_trait.as_ref()?)
}

/// Is it one of these types of std?
fn is_one_of(names: &Names<'_, '_>, node: &Node<'_>, ty: &HeaderType, list: &[&str]) -> bool {
    std_name(names, node, &ty.path).is_some_and(|name| list.contains(&name.as_str()))
}

/// What std calls that which a path can mean, if it can mean nothing else.
fn std_name(names: &Names<'_, '_>, node: &Node<'_>, path: &Path) -> Option<Symbol> {
    let found = names.resolve(node.home, path);
    let only = found.nodes.is_empty()
        && found.modules.is_empty()
        && found.associated.is_empty()
        && found.any.is_empty()
        && found.definers.is_empty()
        && !found.unresolved;
    let mut external = found.external.iter();
    let name = match (external.next(), path.segments.as_slice()) {
        (Some(first), _) => Symbol::from(first.rsplit("::").next()?),
        // Names of the prelude lead nowhere.
        (None, [name]) if is_std_prelude(*name) => *name,
        _ => return None,
    };
    let same = |path: &Symbol| is_std(*path) && path.rsplit("::").next() == Some(name.as_str());
    (only && found.external.iter().all(same)).then_some(name)
}
