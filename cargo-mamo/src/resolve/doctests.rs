//! A crate for the doctests of each library: every code block of its documentation a module of its own.
//!
//! What a block can name is what rustdoc gives it: the library, its dependencies, dev-dependencies among them. Blocks do
//! not see each other. A block that cannot be read as a program is not here: it stands or falls with its library.
//!
//! rustc compiles a doctest only when it is run, so that what its compilation rests on must count even where nothing
//! is called: the [surface](Surfaces) of every crate that it is linked with.

use super::expansions::Expansions;
use super::modules::{Directory, include_path};
use super::program::{CrateId, Doctest, NodeId, Program, ScopeId};
use super::walk::{Load, Loaded, Place, Walker};
use crate::facts::{Facts, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::syntax;
use crate::syntax::cfg::CfgSet;
use crate::syntax::ir::{CodeBlock, Documentation, FileArgument, Item, ItemKind, Lowered};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use typed_arena::Arena;

/// Gives a file's text.
pub type Text<'l> = &'l dyn Fn(&Path) -> Option<String>;

/// Facts with a unit more for each documented library, and which library each of those is for.
pub struct Documented {
    /// The facts: the units of a build first, in their order.
    pub facts: Facts,
    /// From a unit of doctests to its library.
    pub libraries: BTreeMap<UnitIndex, UnitIndex>,
}

impl Documented {
    /// The facts of a build as they are: no doctest is looked for.
    pub fn without(facts: &Facts) -> Self {
        Self {
            facts: facts.clone(),
            libraries: BTreeMap::new(),
        }
    }

    /// Of the facts of a build.
    pub fn new(facts: &Facts) -> Self {
        let mut documented = Self {
            facts: facts.clone(),
            libraries: BTreeMap::new(),
        };
        for (index, unit) in facts.units.iter().enumerate() {
            if unit.is_documented() {
                documented
                    .libraries
                    .insert(documented.facts.units.len(), index);
                documented.facts.units.push(unit_of(facts, index));
            }
        }
        documented
    }
}

/// The unit that the doctests of a library would be, if they were one.
fn unit_of(facts: &Facts, library: UnitIndex) -> Unit {
    let mut unit = facts.units[library].clone();
    let name = std::mem::take(&mut unit.crate_name);
    for tests in facts
        .units
        .iter()
        .filter(|other| other.test && other.package == unit.package)
    {
        unit.external_deps
            .extend(tests.external_deps.iter().cloned());
        unit.macro_reads.join(&tests.macro_reads);
        for (name, units) in &tests.deps {
            let known = unit.deps.entry(name.clone()).or_default();
            known.extend(units);
            known.sort_unstable();
            known.dedup();
        }
    }
    unit.deps.insert(name.clone(), vec![library]);
    unit.crate_name = format!("doctests_of_{name}");
    unit.target = format!("doctests of {}", unit.target);
    unit.test = true;
    unit.doctest = false;
    unit.files.clear();
    unit.env.clear();
    unit.executable = None;
    unit.doubt = None;
    unit
}

/// Walks the code blocks of a library as the crate `index`.
pub(super) fn walk<'a>(
    program: &mut Program<'a>,
    expansions: &mut Expansions<'a>,
    facts: &Facts,
    (index, library): (UnitIndex, UnitIndex),
    cfgs: &CfgSet,
    arena: &'a Arena<Lowered>,
    (load, text): (Load<'_, 'a>, Text<'_>),
) {
    let root = program.add_scope(index, None, false, program.crates[index].name.to_string());
    program.crates[index].root = root;
    let files: Vec<PathBuf> = program.crates[library]
        .files
        .iter()
        .map(|file| program.files[*file as usize].path.clone())
        .collect();
    let env = &facts.units[library].env;
    let mut walker = Walker::new(program, expansions, index, cfgs, env, load);
    let mut found = Vec::new();
    for loaded in files.iter().filter_map(|path| load(path)) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for documentation in &loaded.file.documentation {
            let read = |argument: &FileArgument| text(&include_path(&loaded.path, argument, env)?);
            let blocks = blocks(documentation, arena, read);
            for block in blocks {
                let count = counts.entry(documentation.owner.as_str()).or_default();
                *count += 1;
                let name = format!(
                    "{} - {} #{count}",
                    shown(facts, library, &loaded.path),
                    documentation.owner
                );
                found.extend(walker.walk_doctest(loaded, documentation, &block, name, library));
            }
        }
    }
    walker.settle_pending();
    super::bodies::expand_bodies(&mut walker);
    let mut nodes = nodes_by_module(program, index);
    for (scope, mut doctest) in found {
        doctest.first = nodes.remove(&scope).unwrap_or_default();
        program.doctests.push(doctest);
    }
}

/// A code block whose code lives as long as the program.
struct Block<'a> {
    line: u32,
    ignored: bool,
    digest: Fingerprint,
    code: Option<&'a Lowered>,
}

fn blocks<'a>(
    documentation: &'a Documentation,
    arena: &'a Arena<Lowered>,
    read: impl Fn(&FileArgument) -> Option<String>,
) -> Vec<Block<'a>> {
    if documentation.parts.is_empty() {
        let blocks = documentation.blocks.iter();
        return blocks
            .map(|block| Block {
                line: block.line,
                ignored: block.ignored,
                digest: block.digest,
                code: block.code.as_ref(),
            })
            .collect();
    }
    let composed = syntax::composed(documentation, read).unwrap_or_default();
    let kept = |CodeBlock {
                    line,
                    ignored,
                    digest,
                    code,
                }: CodeBlock| {
        let code = code.map(|code| &*arena.alloc(code));
        Block {
            line,
            ignored,
            digest,
            code,
        }
    };
    composed.into_iter().map(kept).collect()
}

impl<'a> Walker<'_, 'a> {
    fn walk_doctest(
        &mut self,
        loaded: &'a Loaded,
        documentation: &Documentation,
        block: &Block<'a>,
        name: String,
        library: CrateId,
    ) -> Option<(ScopeId, Doctest)> {
        let code = block.code?;
        let file = self.file(loaded);
        let scope = self
            .program
            .add_scope(self.krate, None, false, name.clone());
        let line = documentation.line + block.line;
        let directory = Directory::of_root(&loaded.path);
        let place = Place {
            scope,
            file,
            directory,
            made_by: None,
            lines: (line, line),
            parent: None,
        };
        self.walk_items(&code.items, &place, &mut 0);
        // only a crate's own documentation has no name in rustdoc's path; that of a module's file has the module's
        let is_root = self.program.crates[library]
            .files
            .first()
            .is_some_and(|root| self.program.files[*root as usize].path == loaded.path);
        let item = documentation
            .name
            .map(|name| name.to_string())
            .filter(|name| is_root || !name.is_empty());
        let doctest = Doctest {
            krate: self.krate,
            library,
            name,
            file,
            item,
            line,
            ignored: block.ignored,
            digest: block.digest,
            first: Vec::new(),
        };
        Some((scope, doctest))
    }
}

/// The nodes of a crate by the module that they lie in.
fn nodes_by_module(program: &Program<'_>, krate: CrateId) -> BTreeMap<ScopeId, Vec<NodeId>> {
    let mut found: BTreeMap<ScopeId, Vec<NodeId>> = BTreeMap::new();
    for node in &program.crates[krate].nodes {
        let module = program.module_of(program.nodes[*node as usize].home);
        found.entry(module).or_default().push(*node);
    }
    found
}

/// A file in the name of a doctest: relative to its package, so that a moved checkout keeps it.
fn shown(facts: &Facts, library: UnitIndex, file: &Path) -> String {
    let package = facts.package_of(&facts.units[library]);
    let relative = file
        .strip_prefix(&package.dir)
        .or_else(|_| file.strip_prefix(&facts.workspace_root));
    relative
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

/// What of each crate decides whether code that uses it compiles, though nothing of it be called: its public names'
/// places, the heads of its types, traits and impls, what its traits require, its macros.
#[derive(Default)]
pub struct Surfaces {
    known: BTreeMap<CrateId, Fingerprint>,
}

impl Surfaces {
    /// The surface of all that a crate is linked with, but for itself.
    pub fn beneath<'a>(
        &mut self,
        program: &Program<'a>,
        krate: CrateId,
        cfgs: &[CfgSet],
        load: Load<'_, 'a>,
    ) -> Fingerprint {
        let linked = program.crates[krate]
            .closure
            .iter()
            .copied()
            .filter(|id| *id != krate);
        let mut parts: Vec<_> = linked
            .map(|id| {
                *self
                    .known
                    .entry(id)
                    .or_insert_with(|| surface(program, id, &cfgs[id], load))
            })
            .collect();
        parts.sort_unstable();
        Fingerprint::of_parts(parts.iter().map(|part| part.0.as_slice()))
    }
}

fn surface<'a>(
    program: &Program<'a>,
    krate: CrateId,
    cfgs: &CfgSet,
    load: Load<'_, 'a>,
) -> Fingerprint {
    let nodes = program.crates[krate]
        .nodes
        .iter()
        .map(|node| &program.nodes[*node as usize]);
    let mut parts: Vec<Fingerprint> = Vec::new();
    for node in nodes {
        let parent = node
            .parent
            .map(|parent| &program.nodes[parent as usize].item.kind);
        let counts = match &node.item.kind {
            ItemKind::Fn(_) | ItemKind::Const | ItemKind::Static => {
                matches!(parent, Some(ItemKind::Trait { .. }))
            }
            _ => true,
        };
        let body = match &node.item.kind {
            ItemKind::MacroRules { .. } | ItemKind::Opaque => node.item.body,
            _ => Fingerprint::NONE,
        };
        if counts {
            let scope = program.scopes[node.home as usize].path.as_bytes();
            parts.push(Fingerprint::of_parts([
                scope,
                node.item.name.as_bytes(),
                &node.item.signature.0,
                &body.0,
            ]));
        }
    }
    for file in &program.crates[krate].files {
        if let Some(loaded) = load(&program.files[*file as usize].path)
            && cfgs.keeps(&loaded.file.cfg)
        {
            declared(&loaded.file.items, cfgs, &mut parts);
        }
    }
    parts.sort_unstable();
    Fingerprint::of_parts(parts.iter().map(|part| part.0.as_slice()))
}

/// Modules and public imports: items without nodes, by which what others can name changes.
fn declared(items: &[Item], cfgs: &CfgSet, parts: &mut Vec<Fingerprint>) {
    for item in items.iter().filter(|item| cfgs.keeps(&item.cfg)) {
        match &item.kind {
            ItemKind::Use { public: false, .. } => {}
            ItemKind::Use { .. } | ItemKind::ExternCrate { .. } => parts.push(item.signature),
            ItemKind::Mod { inline } => {
                parts.push(item.signature);
                declared(inline.as_deref().unwrap_or_default(), cfgs, parts);
            }
            _ => {}
        }
    }
}
