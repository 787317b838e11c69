pub enum Code {
    Ok = 1,
    Lost = 2,
}

pub enum Hue {
    Red = 1,
    Blue = 2,
}

pub type Id = u16;
pub type Weight = u16;

pub struct Header {
    pub id: Id,
    pub flags: u8,
}

pub struct Packet {
    pub header: Header,
}

pub struct Scale {
    pub weight: Weight,
}

pub struct Count(pub u16);

impl Count {
    pub fn up(&mut self) -> bool {
        let (next, over) = self.0.overflowing_add(200);
        self.0 = next;
        over
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub struct Version {
    pub major: u8,
    pub minor: u8,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub enum Size {
    Small,
    Large,
}

pub union Bits {
    pub byte: u8,
    pub word: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_as_number() {
        assert_eq!(Code::Lost as i32 + Code::Ok as i32, 3);
    }

    #[test]
    fn hue_as_number() {
        assert_eq!(Hue::Blue as i32 + Hue::Red as i32, 3);
    }

    #[test]
    fn packet_layout() {
        assert_eq!(size_of::<Packet>(), 4);
    }

    #[test]
    fn scale_layout() {
        assert_eq!(size_of::<Scale>(), 2);
    }

    #[test]
    fn id_wraps() {
        assert_eq!(Id::MAX.wrapping_add(1), Id::MIN);
        assert_eq!(Id::MAX as u64, 65535);
    }

    #[test]
    fn count_overflows() {
        assert!(Count(100).up());
    }

    #[test]
    fn versions_order_by_major() {
        assert!(Version { major: 1, minor: 9 } < Version { major: 2, minor: 0 });
    }

    #[test]
    fn sizes_order() {
        assert!(Size::Small < Size::Large);
    }

    #[test]
    fn debug_names_the_variant() {
        assert_eq!(format!("{:?}", Size::Small), "Small");
    }

    #[test]
    fn union_size() {
        assert_eq!(size_of::<Bits>(), 4);
    }
}
