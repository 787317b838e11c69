//! What functions of the system can do, by their names.
//!
//! A path can only be given to a function that opens, looks at or changes what is called so; who is given an open file can do nothing
//! that opening did not make possible. What is not listed can do anything.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::Abilities;

/// What a name that no object defines can do.
pub(super) fn abilities(symbol: &str) -> Abilities {
    let name = symbol.split('@').next().unwrap_or(symbol);
    let begins = |list: &str| {
        list.split_ascii_whitespace()
            .any(|start| name.starts_with(start))
    };
    if let Some(known) = KNOWN.get(name) {
        *known
    } else if begins(HARMLESS_BEGINNINGS) || is_hook(name) {
        Abilities::NONE
    } else {
        Abilities::ANYTHING
    }
}

/// All names of the lists, with what each can do.
static KNOWN: LazyLock<FxHashMap<&str, Abilities>> = LazyLock::new(|| {
    let mut known: FxHashMap<&str, Abilities> = FxHashMap::default();
    for (list, abilities) in ASKING.iter().chain(&[(HARMLESS, Abilities::NONE)]) {
        for name in list.split_ascii_whitespace() {
            let found = known.entry(name).or_default();
            *found = found.and(*abilities);
        }
    }
    known
});

/// Names by which compiled code calls the allocator and the like; the shim that defines them is no object that rustc keeps.
fn is_hook(name: &str) -> bool {
    name.starts_with("__rust_") || name.starts_with("_R") && name.contains("7___rustc")
}

const ASKING: [(&str, Abilities); 7] = [
    (
        "open open64 openat openat64 openat2 creat creat64 fopen fopen64 freopen freopen64 tmpfile tmpfile64 mkstemp mkstemp64 \
         mkostemp mkostemp64 mkdtemp mktemp tmpnam tempnam stat stat64 lstat lstat64 fstatat fstatat64 statx __xstat __xstat64 \
         __lxstat __lxstat64 __fxstatat __fxstatat64 newfstatat statfs statfs64 statvfs statvfs64 access faccessat euidaccess \
         eaccess readlink readlinkat realpath __realpath_chk canonicalize_file_name __readlink_chk link linkat symlink symlinkat \
         unlink unlinkat rename renameat renameat2 remove mkdir mkdirat rmdir mknod mknodat mkfifo mkfifoat chmod fchmodat chown \
         lchown fchownat truncate truncate64 utime utimes utimensat lutimes futimesat chdir chroot pathconf getxattr lgetxattr \
         setxattr lsetxattr listxattr llistxattr removexattr lremovexattr shm_open shm_unlink memfd_create sem_open mq_open \
         inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark name_to_handle_at open_by_handle_at mount umount \
         umount2 acct swapon pivot_root getmntent setmntent __open_2 __open64_2 __openat_2 __openat64_2 localtime localtime_r \
         mktime tzset setlocale newlocale bindtextdomain gettext dcgettext dgettext nl_langinfo ftok io_uring_setup",
        Abilities::FILES,
    ),
    (
        "opendir scandir scandir64 scandirat nftw nftw64 ftw ftw64 fts_open glob glob64 wordexp getdents getdents64 getdirentries",
        Abilities::LISTS.and(Abilities::FILES),
    ),
    (
        "getenv secure_getenv __secure_getenv environ __environ _environ localtime localtime_r mktime tzset setlocale newlocale \
         getopt getopt_long wordexp tempnam tmpfile tmpfile64",
        Abilities::VARIABLES,
    ),
    ("setenv unsetenv putenv clearenv", Abilities::SETS_VARIABLES),
    (
        "fork vfork clone clone3 __clone execve execv execvp execvpe execveat fexecve execl execlp execle posix_spawn posix_spawnp \
         pidfd_spawn pidfd_spawnp system popen wordexp forkpty daemon ptrace syscall",
        Abilities::KERNEL,
    ),
    ("dlopen dlmopen dlsym dlvsym", Abilities::ANYTHING),
    (
        "dl_iterate_phdr dladdr dladdr1 dlinfo backtrace backtrace_symbols backtrace_symbols_fd _Unwind_Backtrace \
         _Unwind_FindEnclosingFunction _Unwind_ForcedUnwind _dl_find_object",
        Abilities::TRACES,
    ),
];

/// What computes, waits, or goes on with what is open; the network, the clock, chance and the machine, which mamo does not count.
const HARMLESS: &str = "memcpy memmove memset memcmp memchr memrchr memmem mempcpy strlen strnlen strcmp strncmp strcasecmp \
    strncasecmp strchr strrchr strchrnul strstr strcasestr strcpy strncpy stpcpy stpncpy strcat strncat strdup strndup strerror \
    strerror_r strsignal strtol strtoul strtoll strtoull strtoimax strtoumax strtod strtof strtold strspn strcspn strpbrk strtok \
    strtok_r strsep strcoll strxfrm wcslen wcscmp wcscpy wmemcpy wmemset wmemcmp isalnum isalpha isblank iscntrl isdigit isgraph \
    islower isprint ispunct isspace isupper isxdigit tolower toupper malloc calloc realloc reallocarray free posix_memalign aligned_alloc memalign valloc malloc_usable_size \
    malloc_trim mallinfo mallinfo2 mallopt bcmp bcopy bzero explicit_bzero qsort qsort_r bsearch abs labs div ldiv rand srand random \
    srandom rand_r drand48 atoi atol atoll atof setjmp _setjmp __sigsetjmp longjmp siglongjmp \
    printf fprintf vfprintf vprintf dprintf vdprintf sprintf snprintf vsprintf vsnprintf asprintf vasprintf sscanf vsscanf puts \
    putchar fputs fputc putc fwrite fread fclose fflush ferror feof clearerr fileno fgets fgetc getc getchar ungetc getline getdelim \
    fseek fseeko fseeko64 ftell ftello ftello64 rewind setvbuf setbuf fdopen perror stdin stdout stderr open_memstream fmemopen \
    flockfile funlockfile \
    read write readv writev pread pread64 pwrite pwrite64 preadv preadv64 pwritev pwritev64 lseek lseek64 close dup dup2 dup3 fcntl \
    fcntl64 ioctl poll ppoll select pselect epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd_read \
    eventfd_write timerfd_create timerfd_settime signalfd pipe pipe2 fstat fstat64 __fxstat __fxstat64 fstatfs fstatfs64 fstatvfs \
    fsync fdatasync sync_file_range ftruncate ftruncate64 fallocate fallocate64 posix_fallocate posix_fadvise posix_fadvise64 flock \
    lockf futimens fchmod fchown fgetxattr fsetxattr flistxattr fremovexattr isatty ttyname_r tcgetattr tcsetattr sendfile \
    sendfile64 splice tee copy_file_range readdir readdir64 readdir_r readdir64_r closedir dirfd fdopendir rewinddir seekdir telldir \
    umask mmap mmap64 munmap mprotect mremap madvise posix_madvise msync mincore mlock mlock2 mlockall munlock munlockall \
    getpagesize brk sbrk shutdown socket socketpair connect bind listen accept accept4 send recv sendto recvfrom sendmsg recvmsg \
    sendmmsg recvmmsg getsockopt setsockopt getsockname getpeername getaddrinfo freeaddrinfo gai_strerror getnameinfo getifaddrs \
    freeifaddrs if_nametoindex if_indextoname inet_ntop inet_pton htons ntohs htonl ntohl gethostname getdomainname \
    getpid getppid gettid getuid geteuid getgid getegid getgroups getpgrp getpgid getsid getrusage getrlimit getrlimit64 setrlimit \
    setrlimit64 prlimit prlimit64 getpriority setpriority nice sysconf confstr uname sysinfo getloadavg get_nprocs get_nprocs_conf \
    getpwuid getpwuid_r getpwnam getpwnam_r getgrgid_r getgrnam_r getlogin_r getauxval gnu_get_libc_version getcwd \
    get_current_dir_name fchdir setuid setgid seteuid setegid setgroups setsid setpgid setreuid setregid \
    signal sigaction sigaltstack sigemptyset sigfillset sigaddset sigdelset sigismember sigprocmask sigsuspend sigwait sigwaitinfo \
    sigtimedwait kill killpg tgkill raise pause alarm ualarm setitimer getitimer \
    time gettimeofday clock clock_gettime clock_getres clock_nanosleep nanosleep usleep sleep gmtime gmtime_r timegm strftime difftime \
    times timer_create timer_settime timer_delete getrandom getentropy arc4random arc4random_buf \
    abort exit _exit _Exit quick_exit atexit at_quick_exit on_exit wait waitpid waitid wait3 wait4 pidfd_getpid \
    __errno_location __tls_get_addr __dso_handle __stack_chk_fail __stack_chk_guard __assert_fail __xpg_strerror_r __xpg_basename \
    __libc_start_main __gmon_start__ __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc _GLOBAL_OFFSET_TABLE_ _DYNAMIC _end end \
    _edata edata _etext etext __bss_start __ehdr_start __executable_start __init_array_start __init_array_end \
    __preinit_array_start __preinit_array_end __fini_array_start __fini_array_end __progname program_invocation_name \
    _Unwind_DeleteException _Unwind_GetCFA _Unwind_GetDataRelBase _Unwind_GetGR _Unwind_GetIP _Unwind_GetIPInfo \
    _Unwind_GetLanguageSpecificData _Unwind_GetRegionStart _Unwind_GetTextRelBase _Unwind_RaiseException _Unwind_Resume \
    _Unwind_Resume_or_Rethrow _Unwind_SetGR _Unwind_SetIP \
    acos acosf acosh acoshf asin asinf asinh asinhf atan atan2 atan2f atanf atanh atanhf cbrt cbrtf ceil ceilf copysign copysignf cos \
    cosf cosh coshf erf erfc erfcf erff exp exp10 exp10f exp2 exp2f expf expm1 expm1f fabs fabsf fdim fdimf floor floorf fma fmaf \
    fmax fmaxf fmin fminf fmod fmodf frexp frexpf hypot hypotf ilogb ilogbf j0 j1 jn ldexp ldexpf lgamma lgamma_r lgammaf lgammaf_r \
    llrint llround log log10 log10f log1p log1pf log2 log2f logb logbf logf lrint lround modf modff nearbyint nearbyintf nextafter \
    nextafterf pow powf remainder remainderf remquo remquof rint rintf round roundeven roundevenf roundf scalbn scalbnf sin sincos \
    sincosf sinf sinh sinhf sqrt sqrtf tan tanf tanh tanhf tgamma tgammaf trunc truncf y0 y1 yn";

/// Beginnings of names of such.
const HARMLESS_BEGINNINGS: &str = "__mem __str __wcs pthread_ __pthread_ sem_ sched_ __cxa_ _ITM_ __start_ __stop_ \
    posix_spawn_file_actions_ posix_spawnattr_ __isoc99_sscanf __isoc23_strto __sprintf_chk __snprintf_chk __vsnprintf_chk \
    __fprintf_chk __printf_chk __fdelt_chk __read_chk __fread_chk __poll_chk __fgets_chk";

#[cfg(test)]
mod tests {
    use super::{ASKING, HARMLESS, HARMLESS_BEGINNINGS, abilities};
    use crate::program::abilities::Abilities;

    #[test]
    fn no_function_is_on_a_list_of_harmless_ones_that_asks() {
        let harmless: Vec<&str> = HARMLESS.split_ascii_whitespace().collect();
        for name in ASKING
            .iter()
            .flat_map(|(list, _)| list.split_ascii_whitespace())
        {
            assert!(!harmless.contains(&name), "{name}");
        }
        let asking = ASKING
            .iter()
            .flat_map(|(list, _)| list.split_ascii_whitespace());
        let hidden: Vec<&str> = asking
            .filter(|name| {
                HARMLESS_BEGINNINGS
                    .split_ascii_whitespace()
                    .any(|start| name.starts_with(start))
            })
            .filter(|name| abilities(name) == Abilities::NONE)
            .collect();
        assert!(hidden.is_empty(), "{hidden:?}");
    }

    #[test]
    fn what_is_not_known_can_do_anything() {
        assert_eq!(abilities("frobnicate"), Abilities::ANYTHING);
        assert_eq!(abilities("_ZNSt8ios_base4InitC1Ev"), Abilities::ANYTHING);
        assert_eq!(abilities("memcpy@GLIBC_2.14"), Abilities::NONE);
        assert!(
            abilities("open64").has(Abilities::FILES)
                && !abilities("open64").has(Abilities::VARIABLES)
        );
        assert!(
            abilities("localtime_r").has(Abilities::FILES)
                && abilities("localtime_r").has(Abilities::VARIABLES)
        );
    }
}
