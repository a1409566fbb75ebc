//! Whom the server runs as.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// The account that the server runs under: PostgreSQL refuses to run as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Own,
    Other { uid: u32, gid: u32 },
}

impl Account {
    pub fn for_server() -> Result<Self> {
        if !running_as_root() {
            return Ok(Self::Own);
        }
        let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::in_passwd(&passwd, name))
            .context("running as root, and there is no user `postgres` or `nobody` to run the server as")
    }

    fn in_passwd(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        let uid = numbers.next()?.parse().ok()?;
        let gid = numbers.next()?.parse().ok()?;
        Some(Self::Other { uid, gid })
    }

    /// Gives a folder to the account. A link is never followed: it could lead anywhere.
    pub fn take_over(self, folder: &Path) -> Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => lchown(folder, Some(uid), Some(gid))
                .with_context(|| format!("cannot hand over {}", folder.display())),
        }
    }

    /// A command under the account, in a process group of its own.
    pub fn command(self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).process_group(0);
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }
}

pub fn running_as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533::/nonexistent:/usr/sbin/nologin\n";

    #[test]
    fn accounts_are_read_from_passwd() {
        assert_eq!(
            Account::in_passwd(PASSWD, "nobody"),
            Some(Account::Other {
                uid: 65534,
                gid: 65533
            })
        );
        assert_eq!(Account::in_passwd(PASSWD, "postgres"), None);
    }
}
