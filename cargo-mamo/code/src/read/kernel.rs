//! Code that asks the kernel without the name of a function: by an instruction of its own.
//!
//! The bytes of such an instruction stand in constants and distances as well, so code of Rust that holds them is decoded. Assembly
//! may hold data between its instructions, behind which a decoder can lose its way: there the bytes suffice.

use iced_x86::{Code, Decoder, DecoderOptions};

use super::raw::{RawNode, RawObject};

/// Whether a node may enter the kernel by itself.
pub(super) fn enters_kernel(object: &RawObject<'_>, node: &RawNode<'_>) -> bool {
    if !node.is_text {
        return false;
    }
    if !object.is_intel {
        return node.bytes.chunks_exact(4).any(is_supervisor_call);
    }
    let is_entry = |pair: &[u8]| matches!(pair, [0x0f, 0x05 | 0x34] | [0xcd, 0x80]);
    let label = node
        .label
        .map(|label| object.symbols[label.0 as usize].name);
    let is_rust = label.is_some_and(|name| name.starts_with(b"_R") || name.starts_with(b"_ZN"));
    node.bytes.windows(2).any(is_entry) && (!is_rust || decodes_to_entry(node.bytes))
}

/// Whether an instruction of x86-64 enters the kernel, or one cannot be decoded.
fn decodes_to_entry(bytes: &[u8]) -> bool {
    let decoder = Decoder::new(64, bytes, DecoderOptions::NONE);
    decoder.into_iter().any(|instruction| {
        matches!(
            instruction.code(),
            Code::Syscall | Code::Sysenter | Code::INVALID
        ) || instruction.code() == Code::Int_imm8 && instruction.immediate8() == 0x80
    })
}

/// Whether an instruction of 64-bit ARM calls the kernel.
fn is_supervisor_call(instruction: &[u8]) -> bool {
    let word = instruction.try_into().map_or(0, u32::from_le_bytes);
    word & 0xffe0_001f == 0xd400_0001
}

#[cfg(test)]
mod tests {
    use super::{decodes_to_entry, is_supervisor_call};

    #[test]
    fn an_entry_of_the_kernel_is_told_from_a_number_of_the_same_bytes() {
        let syscall = [0xb8, 0x27, 0, 0, 0, 0x0f, 0x05, 0xc3];
        let number = [0xb8, 0x0f, 0x05, 0, 0, 0xc3];
        assert!(decodes_to_entry(&syscall) && !decodes_to_entry(&number));
        assert!(decodes_to_entry(&[0xcd, 0x80]) && !decodes_to_entry(&[0xcd, 0x29]));
        assert!(
            decodes_to_entry(&[0x0f, 0x04, 0x0f, 0x05]),
            "no instruction"
        );
        assert!(
            is_supervisor_call(&[0x01, 0, 0, 0xd4])
                && !is_supervisor_call(&[0xc0, 0x03, 0x5f, 0xd6])
        );
    }
}
