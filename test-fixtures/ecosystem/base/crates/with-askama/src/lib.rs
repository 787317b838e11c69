//! Pages made of templates.

use askama::Template;

pub mod m {
    pub fn f(x: u32) -> u32 {
        x + 1
    }
}

pub mod n {
    pub fn h(x: u32) -> u32 {
        x + 3
    }
}

mod filters {
    #[askama::filter_fn]
    pub fn shout<T: std::fmt::Display>(text: T, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::loud(&text.to_string()))
    }
}

fn loud(text: &str) -> String {
    text.to_uppercase()
}

#[derive(Template)]
#[template(path = "page.txt")]
pub struct Page {
    pub x: u32,
}

impl Page {
    fn g(&self) -> u32 {
        self.x * 2
    }
}

#[derive(Template)]
#[template(path = "list.txt")]
pub struct List<'a> {
    pub names: &'a [Name],
}

pub struct Name(pub &'static str);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

#[derive(Template)]
#[template(source = "{{ crate::n::h(*n) }}", ext = "txt")]
pub struct Inline {
    pub n: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page() {
        assert_eq!(Page { x: 1 }.render().unwrap(), "f 2, g 2");
    }

    #[test]
    fn list() {
        let names = [Name("a"), Name("b")];
        assert_eq!(List { names: &names }.render().unwrap(), "# LIST\n<a>;<b>;");
    }

    #[test]
    fn inline() {
        assert_eq!(Inline { n: 4 }.render().unwrap(), "7");
    }

    #[test]
    fn apart() {
        assert_eq!(1 + 1, 2);
    }
}
