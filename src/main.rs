//! The `cyclint` command.

use std::process::ExitCode;

/// Lowering and summaries allocate many small objects from many threads, which is what this
/// allocator is good at; the difference to musl's own is severalfold.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cyclint::cli::main()
}
