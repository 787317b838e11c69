use auto_impl::auto_impl;
use delegate::delegate;

#[auto_impl(&, Box)]
pub trait Port {
    fn number(&self) -> u32;
}

pub struct Local;

impl Port for Local {
    fn number(&self) -> u32 {
        80
    }
}

pub fn number_of(port: impl Port) -> u32 {
    port.number()
}

pub struct Outer {
    pub inner: Inner,
}

pub struct Inner;

impl Inner {
    fn size_of_inner(&self) -> u32 {
        6
    }
}

impl Outer {
    delegate! {
        to self.inner {
            #[call(size_of_inner)]
            pub fn size(&self) -> u32;
        }
    }
}
