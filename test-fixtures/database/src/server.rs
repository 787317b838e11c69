//! A server on a data directory, which only this process talks to.

use crate::programs::{Failed, Programs, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running server; stopped when dropped.
pub struct Server {
    programs: Programs,
    data: PathBuf,
    /// Where its socket is: the name of a socket must be short.
    socket: PathBuf,
}

impl Server {
    /// Starts one on the data directory at `data`.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(programs: &Programs, data: &Path) -> Result<Self, Failed> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("db-{}-{number}", std::process::id());
        let socket = std::env::temp_dir().join(name);
        fs::create_dir(&socket)?;
        programs.own(&socket)?;
        let server = Self {
            programs: programs.clone(),
            data: data.to_owned(),
            socket,
        };
        let options = format!(
            "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c min_wal_size=32MB -c unix_socket_directories='{}'",
            server.socket.display()
        );
        let log = server.socket.join("log");
        let mut start = server.control();
        start.args(["-w", "-o", &options, "-l"]).arg(log).arg("start");
        // Its output goes to the server too, which lives on: a pipe would not end.
        let status = start.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status()?;
        if status.success() {
            return Ok(server);
        }
        let log = fs::read_to_string(server.socket.join("log")).unwrap_or_default();
        Err(Failed::Refused(format!("the server did not start: {}", log.trim())))
    }

    /// What a query answers, a line a row.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn query(&self, text: &str) -> Result<String, Failed> {
        let mut psql = self.programs.command("psql");
        psql.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", "test", "-d", "postgres", "-c", text]);
        let output = run(psql.arg("-h").arg(&self.socket))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Stops it, so that the data directory is whole.
    ///
    /// # Errors
    /// If it does not stop.
    pub fn stop(self) -> Result<(), Failed> {
        run(self.control().args(["-w", "-m", "fast", "stop"]))?;
        // It names the data directory's place.
        let _ = fs::remove_file(self.data.join("postmaster.opts"));
        Ok(())
    }

    fn control(&self) -> std::process::Command {
        let mut control = self.programs.command("pg_ctl");
        control.arg("-D").arg(&self.data);
        control
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.control().args(["-m", "immediate", "stop"]).output();
        let _ = fs::remove_dir_all(&self.socket);
    }
}
