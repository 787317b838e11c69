use derive_builder::Builder;

#[derive(Builder, Clone, Debug, PartialEq)]
#[builder(setter(into), build_fn(validate = "Self::validate"))]
pub struct Thing {
    #[builder(default = "7")]
    pub count: u32,
    #[builder(setter(custom))]
    pub name: String,
}

#[derive(Builder, Clone, Debug, PartialEq)]
#[builder(default)]
pub struct Plate {
    #[builder(default = "9")]
    pub width: u32,
    pub depth: u32,
}

impl Default for Plate {
    fn default() -> Self {
        Self { width: 1, depth: 2 }
    }
}

impl ThingBuilder {
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.name = Some(name.trim().to_string());
        self
    }

    fn validate(&self) -> Result<(), String> {
        match self.count {
            Some(n) if n > 10 => Err("too many".into()),
            _ => Ok(()),
        }
    }
}
