use strum::*;

#[derive(Debug, PartialEq, EnumDiscriminants, Display, EnumString, AsRefStr)]
#[strum_discriminants(name(ColourKind))]
#[strum_discriminants(derive(Hash, EnumString, Display), strum(serialize_all = "kebab-case"))]
#[strum(serialize_all = "snake_case", parse_err_fn = refusal, parse_err_ty = String)]
pub enum Colour {
    DarkRed,
    #[strum(serialize = "g", to_string = "Green!")]
    Green { depth: u8 },
}

fn refusal(text: &str) -> String {
    crate::refused(text)
}

#[derive(Debug, PartialEq, EnumIter, EnumProperty, VariantNames, EnumCount, FromRepr)]
#[repr(u8)]
pub enum Level {
    #[strum(props(weight = "low"))]
    Low = 1,
    #[strum(props(weight = "high"))]
    High = 4,
}

#[derive(Debug, PartialEq, EnumString)]
pub enum Sized {
    #[strum(default)]
    Other(Text),
}

#[derive(Debug, PartialEq)]
pub struct Text(pub String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_uppercase())
    }
}
