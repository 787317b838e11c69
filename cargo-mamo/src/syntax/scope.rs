//! Which names are certain to be locals at a point of a body.
//!
//! A name is a local only if a pattern of the same body binds it for sure and no item that a block between could
//! define hides it. Where that is open, the name is a mention.

use super::ir::Symbol;

/// The lexical scopes around a point of a body.
#[derive(Default)]
pub(super) struct Scope {
    frames: Vec<Frame>,
}

#[derive(Default)]
struct Frame {
    names: Vec<Symbol>,
    /// May this block define items, which hide locals of the blocks around it?
    items: bool,
}

impl Scope {
    /// Enters a scope. `items`: may it define items?
    pub(super) fn enter(&mut self, items: bool) {
        self.frames.push(Frame {
            names: Vec::new(),
            items,
        });
    }

    /// Leaves the innermost scope.
    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    /// Binds `name` in the innermost scope.
    pub(super) fn bind(&mut self, name: Symbol) {
        if let Some(frame) = self.frames.last_mut() {
            frame.names.push(name);
        }
    }

    /// Is `name` certain to be a local here?
    pub(super) fn is_local(&self, name: Symbol) -> bool {
        for frame in self.frames.iter().rev() {
            if frame.names.contains(&name) {
                return true;
            }
            if frame.items {
                return false;
            }
        }
        false
    }
}
