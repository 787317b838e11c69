//! The items of one source file, free of cfg decisions and of any other file.
//!
//! A [`File`] depends on nothing but the file's bytes, so it is cached by their digest. Names in it are
//! unresolved paths; macros in it are calls with their raw tokens. It must never hold what layout or
//! comments decide, except in [`Item::lines`] and line numbers of calls.

mod attributes;

use super::cfg::Cfg;
use crate::fingerprint::Fingerprint;
pub use attributes::{Attributes, Ignore};
use serde::{Deserialize, Serialize};
use ustr::Ustr;

/// An interned name.
pub type Symbol = Ustr;

/// One parsed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its items in source order.
    pub items: Vec<Item>,
    /// cfg of the file's inner attributes (`#![cfg(..)]`).
    pub cfg: Vec<Cfg>,
    /// Inner attributes that are neither lint, doc nor cfg (`#![no_std]`, `#![feature(..)]`), as a digest.
    pub attributes: Fingerprint,
    /// `#![macro_use]`-like flags of inner attributes and paths of inner attribute macros.
    pub inner: Attributes,
    /// What the compilations of other crates can see of it, as a digest; nothing's where that cannot be told.
    pub interface: Fingerprint,
    /// All documentation text in source order (`///`, `//!`, `#[doc = ".."]`), as a digest.
    pub docs: Fingerprint,
    /// `doc(..)` attributes that say how doctests are made (`test(attr(..))`), as a digest; nothing's if there are none.
    pub doc_settings: Fingerprint,
    /// Paths of `#[doc = include_str!("..")]`, as written.
    pub doc_includes: Vec<FileArgument>,
    /// The documentation that holds code blocks, or files that may, in source order; what macros make is not in it.
    pub documentation: Vec<Documentation>,
    /// Why `syn` could not parse the file; then `items` holds one [`ItemKind::Opaque`] with all identifiers as
    /// mentions (none if even the lexer failed).
    pub error: Option<ParseError>,
}

/// The documentation of one item, field, variant or member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Documentation {
    /// Names of the modules and items around it within the file, and its own; of an impl its self type's tokens.
    pub owner: String,
    /// What rustdoc's path of it ends in: empty for a file's own, `None` where only rustc can tell.
    pub name: Option<Symbol>,
    /// Line of its first attribute or comment.
    pub line: u32,
    /// Its code blocks that may be tests, where all of its text stands in the file.
    pub blocks: Vec<CodeBlock>,
    /// Its parts, where some of them are files; then `blocks` is empty.
    pub parts: Vec<DocumentationPart>,
}

/// A stretch of documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentationPart {
    /// `/// text`.
    Comment(String),
    /// `#[doc = "text"]`.
    Text(String),
    /// `#[doc = include_str!("..")]`.
    File(FileArgument),
}

/// A code block of documentation that rustdoc may take for a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// Lines from the documentation's first to this block, as rustdoc counts.
    pub line: u32,
    /// Is it marked `ignore`, without a condition?
    pub ignored: bool,
    /// Digest of what stands behind the fence and of the canonical tokens of the code.
    pub digest: Fingerprint,
    /// The code as the items of a crate root; `None` if its reach cannot be told.
    pub code: Option<Lowered>,
}

/// Why and where a file does not parse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParseError {
    /// The parser's message.
    pub message: String,
    /// 1-based line.
    pub line: u32,
}

/// A thing in source that has a fingerprint of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name; empty for impls, `use`, macro calls without a name.
    pub name: Symbol,
    /// What it is.
    pub kind: ItemKind,
    /// First and last line (1-based, attributes included). `(0, 0)` if it was made by a macro from tokens that lie
    /// in no invocation's file.
    pub lines: (u32, u32),
    /// All must hold for the item to exist.
    pub cfg: Vec<Cfg>,
    /// What its attributes say.
    pub attributes: Attributes,
    /// Canonical tokens of all but the body. Attributes that can matter are in it.
    pub signature: Fingerprint,
    /// Canonical tokens of the body: a fn's block, a const's value, a trait's or impl's nothing (their members have
    /// their own).
    pub body: Fingerprint,
    /// Type and const parameters that it declares; `impl` for each `impl Trait` among its arguments.
    pub generics: Vec<Symbol>,
    /// What its signature names.
    pub signature_mentions: Vec<Mention>,
    /// What its body names, with what nested blocks name.
    pub body_mentions: Vec<Mention>,
    /// Items inside its body (any depth of blocks), `use` and `macro_rules!` among them, in source order.
    pub nested: Vec<Item>,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A free function, or a member function of a trait or impl.
    Fn(FnShape),
    /// A constant, named or `_`, free or a member.
    Const,
    /// A static.
    Static,
    /// A struct, union or enum.
    Type {
        /// Names of an enum's variants.
        variants: Vec<Symbol>,
    },
    /// A type alias, or an associated type.
    Alias {
        /// The path it stands for, if the aliased type is a plain path.
        target: Option<Path>,
    },
    /// A trait with its members. A trait alias has none.
    Trait {
        /// Its functions, constants, types, macro calls.
        members: Vec<Item>,
        /// Supertrait paths.
        supertraits: Vec<Path>,
    },
    /// An inherent or trait impl with its members.
    Impl(Box<ImplShape>),
    /// `use` declarations, flattened to one entry a name.
    Use {
        /// The entries, in source order.
        entries: Vec<UseEntry>,
        /// Visible outside its module (`pub`, `pub(crate)`, …)?
        public: bool,
    },
    /// `extern crate name as alias;`
    ExternCrate {
        /// The crate (`self` included).
        krate: Symbol,
        /// The name it is bound to.
        alias: Symbol,
    },
    /// A module.
    Mod {
        /// Its items; `None` for `mod name;`.
        inline: Option<Vec<Item>>,
    },
    /// `macro_rules! name { .. }` (or `macro name`, which is never expanded).
    MacroRules {
        /// Raw tokens of the rules; empty if it cannot be expanded.
        rules: String,
        /// Line of the first token of `rules`.
        line: u32,
    },
    /// A macro invoked in item position.
    MacroCall(Box<MacroCall>),
    /// `extern "C" { .. }` items are flattened to `Fn`/`Static`; `global_asm!` and what syn keeps verbatim become this.
    Opaque,
}

/// What calls by name need to know of a function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FnShape {
    /// Has a `self` parameter?
    pub receiver: bool,
    /// Parameters without `self`; `None` if variadic.
    pub arity: Option<u8>,
    /// Has a body (trait members may lack one; foreign functions do)?
    pub has_body: bool,
}

/// The header of an impl and its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImplShape {
    /// The trait, without generic arguments.
    pub of_trait: Option<Path>,
    /// `impl !Trait for`?
    pub negative: bool,
    /// The self type's head: the path when it is a path (behind references, slices, parentheses, `Box`-less),
    /// `None` for tuples, fn pointers, arrays of generics and so on.
    pub self_type: Option<Path>,
    /// Is the self type one of the impl's own type parameters (a blanket impl), possibly behind references?
    pub blanket: bool,
    /// Every type path of the *header without where clauses*: self type and the trait's path with all their generic
    /// arguments. Rule R2 waits for local ones that somebody has to name.
    pub header_types: Vec<HeaderType>,
    /// What fills the holes of its header.
    pub fills: Vec<Fill>,
    /// Its functions, constants, types, macro calls.
    pub members: Vec<Item>,
}

/// A type that the header of an impl names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderType {
    /// Its path.
    pub path: Path,
    /// What it is there.
    pub role: Role,
    /// The header without it; [`Fingerprint::NONE`] where no other header is compared.
    pub hole: Fingerprint,
}

/// What a type is in the header of an impl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// The trait.
    Trait,
    /// The self type.
    Own,
    /// What the self type refers to, as `A` in `for &A`.
    Referent,
    /// An argument of the trait.
    Argument,
    /// What another type refers to or is made of, as `A` in `(A, u32)`.
    Part,
    /// An argument of another type, as `A` in `Vec<A>`.
    Inside,
}

/// What stands in one place of an impl's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The header without it.
    pub hole: Fingerprint,
    /// Its tokens.
    pub with: Fingerprint,
}

/// One name bound by a `use`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UseEntry {
    /// The full path. `use a::{self}` gives `a`.
    pub path: Path,
    /// The bound name; `_` for `as _`; empty for a glob.
    pub alias: Symbol,
    /// `path::*`?
    pub glob: bool,
}

/// A path without generic arguments (those are mentions of their own).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Path {
    /// Starts with `::`?
    pub global: bool,
    /// Its segments: `crate`, `self`, `super`, `Self` as written; raw identifiers without `r#`. In an expansion
    /// `$crate` is one segment: the `dollar_crate` symbol given to [`super::expand`], an identifier that starts with
    /// `__mamo_crate_`.
    pub segments: Vec<Symbol>,
}

/// One thing that source names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Mention {
    /// A path in any position: expression, type, pattern, bound, struct literal, visibility excepted.
    /// `<T as Trait>::m` gives `T`, and `Trait::m`; `<T>::m` gives `T::m` if T is a path.
    Path(Path),
    /// `.name(..)` with the number of its arguments.
    Method {
        /// The method.
        name: Symbol,
        /// Number of arguments without the receiver.
        arity: u8,
    },
    /// `<[T]>::name`, `<&T>::name`: an associated name whose owner is not a path.
    Associated(Symbol),
    /// An identifier in tokens that could not be parsed: any path head, method or member; `a::b` is a [`Mention::Path`] besides.
    Loose(Symbol),
    /// An identifier that a macro makes by joining words, as [`super::normalized`] has it, with `*` for words that are
    /// not known: anything that is called so, wherever it stands.
    Like(Symbol),
    /// `stringify!` of several tokens: what it gives depends on the blanks between them.
    Spelling,
    /// A macro call inside a body or type.
    Macro(Box<MacroCall>),
    /// `include_str!`, `include_bytes!` and attributes that read a file: data, whatever it is called.
    File(FileArgument),
    /// `include!` in a body or in tokens that could not be read: code. (In item position it is a [`ItemKind::MacroCall`].)
    Code(FileArgument),
    /// A string literal with a letter in it: it may name a file that is read, or be code that a procedural macro makes.
    Text(String),
    /// `env!` or `option_env!`; `None` if the name is no literal.
    BuildEnv(Option<Symbol>),
    /// `var("X")`, `var_os("X")` (any path ending so); `None` if the name is no literal, or for `vars()`, `vars_os()`.
    RunEnv(Option<Symbol>),
}

/// The argument of an include.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileArgument {
    /// Relative to the including file.
    Literal(String),
    /// `concat!(env!("VAR"), "/rest")`.
    UnderEnv(Symbol, String),
    /// Anything else.
    Unknown,
}

/// A macro invocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MacroCall {
    /// The macro's path.
    pub path: Path,
    /// Raw source text between the delimiters (relexes to the same tokens).
    pub tokens: String,
    /// Line of the first token of `tokens`.
    pub line: u32,
    /// Where it stands.
    pub position: Position,
    /// Digest of the canonical tokens of the arguments.
    pub digest: Fingerprint,
    /// The file argument, if the macro's last segment is `include`.
    pub include: Option<FileArgument>,
    /// The arguments read as Rust (expressions, statements, items), if the last segment is a macro of std or one
    /// of the well-known ones whose arguments are evaluated as they stand. Used only if nothing local has that name.
    pub plain: Option<Lowered>,
}

/// Where a macro call stands, and so what its expansion must parse as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    /// Items of a module.
    Item,
    /// Members of an impl.
    ImplMember,
    /// Members of a trait.
    TraitMember,
    /// An expression or statements.
    Expression,
    /// A type.
    Type,
    /// A pattern.
    Pattern,
}

/// What a stretch of tokens names and defines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lowered {
    /// Names used.
    pub mentions: Vec<Mention>,
    /// Items defined: module items or members by position; nested items for expressions.
    pub items: Vec<Item>,
}
