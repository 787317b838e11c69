//! The objects of a library: `.rlib` and `.a` are archives.

use object::read::archive::ArchiveFile;

use crate::read::ReadError;

/// One object of an archive.
pub struct ArchiveObject<'d> {
    /// Its name in the archive, which need not be unique.
    pub name: &'d str,
    /// The object file.
    pub bytes: &'d [u8],
}

/// The objects of an archive in their order; rustc's own metadata is no object.
///
/// # Errors
/// If it is malformed, or thin: its objects are then elsewhere.
pub fn archive_objects(bytes: &[u8]) -> Result<Vec<ArchiveObject<'_>>, ReadError> {
    let archive = ArchiveFile::parse(bytes)?;
    if archive.is_thin() {
        return Err(ReadError::Unsupported("a thin archive".into()));
    }
    let mut objects = Vec::new();
    for member in archive.members() {
        let member = member?;
        let name = std::str::from_utf8(member.name())
            .map_err(|_| ReadError::Malformed("a member without a readable name".into()))?;
        if is_metadata(name) {
            continue;
        }
        objects.push(ArchiveObject {
            name,
            bytes: member.data(bytes)?,
        });
    }
    Ok(objects)
}

fn is_metadata(name: &str) -> bool {
    matches!(name, "lib.rmeta" | "lib.rmeta-link")
}
