//! How far a run has come, for whoever is watching.

/// Is told of the progress of a run. Calls come from many threads.
pub trait Progress: Sync {
    /// A phase begins: what it does (`reading`), and how many steps it has; 0 if unknown.
    fn begin(&self, phase: &'static str, steps: usize);

    /// A step is done.
    fn step(&self);
}

/// Nobody is watching.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: &'static str, _steps: usize) {}

    fn step(&self) {}
}
