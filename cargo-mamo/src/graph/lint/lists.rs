//! Names known by heart of what mamo cannot see.

use super::Lint;

/// Names of some crates that stand for one thing which mamo cannot see.
pub(super) struct Named {
    /// The thing.
    pub(super) lint: Lint,
    /// Crates; `std` stands for `core` and `alloc` too.
    pub(super) crates: &'static [&'static str],
    /// What a path must hold; every path of the crates if there are none.
    pub(super) paths: &'static [&'static str],
    /// What a path must not end in.
    pub(super) but: &'static [&'static str],
    /// Types whose own functions in `calls` are meant, where only the type is known.
    pub(super) types: &'static [&'static str],
    /// Functions of `types`.
    pub(super) calls: &'static [&'static str],
}

/// Is it a crate of the standard library?
pub(super) fn is_std(head: &str) -> bool {
    matches!(head, "std" | "core" | "alloc" | "proc_macro" | "test")
}

impl Named {
    /// Is the path one of its crates'?
    pub(super) fn is_of_crate(&self, path: &str) -> bool {
        let head = path.split("::").next().unwrap_or_default();
        self.crates.contains(&head) || (self.crates.contains(&"std") && is_std(head))
    }

    /// Is the path meant, as it stands?
    pub(super) fn names(&self, path: &str) -> bool {
        let last = path.rsplit("::").next().unwrap_or_default();
        let whole = format!("{path}::");
        let holds = |name: &&str| whole.contains(&format!("::{name}::"));
        self.is_of_crate(path)
            && !self.but.contains(&last)
            && (self.paths.is_empty() || self.paths.iter().any(holds))
    }
}

const fn row(lint: Lint, crates: &'static [&'static str], paths: &'static [&'static str]) -> Named {
    Named {
        lint,
        crates,
        paths,
        but: &[],
        types: &[],
        calls: &[],
    }
}

/// Names that stand for something which mamo cannot see.
pub(super) const ROWS: &[Named] = &[
    Named {
        types: &["Instant", "SystemTime"],
        calls: &["now"],
        ..row(Lint::Clock, &["std", "tokio"], &["now"])
    },
    Named {
        types: &["UNIX_EPOCH"],
        calls: &["elapsed"],
        ..row(Lint::Clock, &["std"], &["UNIX_EPOCH::elapsed"])
    },
    Named {
        types: &[
            "Utc",
            "Local",
            "OffsetDateTime",
            "UtcDateTime",
            "Timestamp",
            "Zoned",
            "Instant",
            "SystemTime",
            "Clock",
        ],
        calls: &["now", "now_utc", "now_local", "today", "recent"],
        ..row(
            Lint::Clock,
            &[
                "chrono",
                "time",
                "jiff",
                "web_time",
                "instant",
                "quanta",
                "coarsetime",
                "minstant",
                "fastant",
                "icu_time",
            ],
            &["now", "now_utc", "now_local", "today", "recent"],
        )
    },
    row(
        Lint::Randomness,
        &["std", "ahash", "foldhash", "hashbrown"],
        &["RandomState"],
    ),
    row(
        Lint::Randomness,
        &[
            "rand",
            "rand_core",
            "rand_chacha",
            "rand_xoshiro",
            "rand_pcg",
            "rand_hc",
            "rand_isaac",
        ],
        &[
            "random",
            "rng",
            "thread_rng",
            "ThreadRng",
            "OsRng",
            "SysRng",
            "from_entropy",
            "from_os_rng",
            "random_range",
            "random_bool",
            "random_ratio",
            "random_iter",
        ],
    ),
    Named {
        but: &["with_seed", "seed", "Rng"],
        types: &["Rng"],
        calls: &["new"],
        ..row(Lint::Randomness, &["fastrand"], &[])
    },
    row(
        Lint::Randomness,
        &[
            "getrandom",
            "quickcheck",
            "quickcheck_macros",
            "proptest",
            "bolero",
            "nanoid",
            "ulid",
            "nanorand",
            "turborand",
            "arbtest",
        ],
        &[],
    ),
    row(
        Lint::Randomness,
        &["uuid"],
        &["new_v4", "now_v1", "now_v6", "now_v7"],
    ),
    row(
        Lint::Network,
        &["std", "tokio", "async_std", "smol", "async_net", "mio"],
        &[
            "TcpStream",
            "TcpListener",
            "TcpSocket",
            "UdpSocket",
            "UnixStream",
            "UnixListener",
            "UnixDatagram",
            "ToSocketAddrs",
            "lookup_host",
        ],
    ),
    row(
        Lint::Network,
        &[
            "reqwest",
            "ureq",
            "hyper",
            "hyper_util",
            "curl",
            "isahc",
            "attohttpc",
            "surf",
            "minreq",
            "tonic",
            "tungstenite",
            "tokio_tungstenite",
            "quinn",
            "socket2",
            "sqlx",
            "postgres",
            "tokio_postgres",
            "mysql",
            "mysql_async",
            "redis",
            "mongodb",
            "ldap3",
            "lettre",
            "ssh2",
            "russh",
            "hickory_resolver",
            "trust_dns_resolver",
            "rdkafka",
            "lapin",
            "async_nats",
            "nats",
            "zmq",
            "rumqttc",
            "elasticsearch",
            "testcontainers",
            "octocrab",
            "rusoto_core",
            "aws_config",
            "object_store",
            "opendal",
            "git2",
            "gix",
        ],
        &[],
    ),
    Named {
        types: &["Command"],
        calls: &["new"],
        ..row(
            Lint::Programs,
            &[
                "std",
                "tokio",
                "async_process",
                "async_std",
                "assert_cmd",
                "smol",
            ],
            &["Command::new"],
        )
    },
    row(
        Lint::Programs,
        &["duct", "xshell", "cmd_lib", "subprocess", "run_script"],
        &[
            "cmd",
            "run_cmd",
            "run_fun",
            "Exec::cmd",
            "Exec::shell",
            "run",
        ],
    ),
    row(
        Lint::Environment,
        &["dotenv", "dotenvy", "envy", "std_env"],
        &[],
    ),
    row(
        Lint::Files,
        &["std", "tokio", "async_std", "smol", "async_fs", "fs_err"],
        &["fs", "File", "OpenOptions"],
    ),
    row(
        Lint::Files,
        &[
            "walkdir", "glob", "globwalk", "ignore", "jwalk", "memmap2", "memmap", "fs_extra",
        ],
        &[],
    ),
    row(
        Lint::OutsideFiles,
        &["std"],
        &["env::temp_dir", "env::home_dir"],
    ),
    row(
        Lint::OutsideFiles,
        &[
            "tempfile",
            "tempdir",
            "temp_dir",
            "assert_fs",
            "dirs",
            "dirs_next",
            "directories",
            "directories_next",
            "home",
            "etcetera",
            "xdg",
            "app_dirs2",
        ],
        &[],
    ),
    row(
        Lint::Surroundings,
        &["std"],
        &[
            "available_parallelism",
            "env::args",
            "env::args_os",
            "env::current_dir",
            "env::current_exe",
            "io::stdin",
            "process::id",
        ],
    ),
    row(
        Lint::Surroundings,
        &[
            "num_cpus",
            "hostname",
            "gethostname",
            "whoami",
            "sysinfo",
            "sys_info",
            "os_info",
            "machine_uid",
            "procfs",
        ],
        &[],
    ),
    row(
        Lint::Scheduling,
        &["std"],
        &[
            "thread::spawn",
            "thread::scope",
            "thread::Builder",
            "thread::current",
            "thread::sleep",
            "mpsc",
        ],
    ),
    row(
        Lint::Scheduling,
        &["tokio", "async_std", "smol"],
        &[
            "spawn",
            "spawn_blocking",
            "spawn_local",
            "select",
            "time",
            "join",
        ],
    ),
    row(
        Lint::Scheduling,
        &["crossbeam", "crossbeam_utils", "rayon", "loom"],
        &["scope", "thread", "spawn", "channel", "ThreadPoolBuilder"],
    ),
    row(
        Lint::Scheduling,
        &["crossbeam_channel", "flume", "async_channel"],
        &[],
    ),
    row(
        Lint::State,
        &["std"],
        &[
            "env::set_var",
            "env::remove_var",
            "env::set_current_dir",
            "panic::set_hook",
        ],
    ),
];
