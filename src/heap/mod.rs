//! Fourth stage: what each function does to the heap.
//!
//! Compositional shape analysis with access paths, after Infer's Pulse, cut down to references.
//! [`schedule`] runs every function once (bottom-up over the call graph, further rounds where
//! something was learned later); [`exec`] executes one; [`store`] is the heap it works on, in which
//! [`guard`]s keep branches apart; [`summary`] is what callers get to see, [`apply`] replays it;
//! [`facts`] is what the whole program knows of attributes and parameters.
//!
//! The rule for every abstraction is under-approximation: where something is not known, no
//! reference is stored.

pub(crate) mod apply;
pub(crate) mod attr;
pub(crate) mod attr_store;
pub(crate) mod bind;
pub(crate) mod builtins;
pub(crate) mod call;
pub(crate) mod cond;
pub(crate) mod construct;
pub(crate) mod containers;
pub(crate) mod definitions;
pub(crate) mod evaluate;
pub(crate) mod exceptions;
pub(crate) mod exec;
pub(crate) mod executions;
pub(crate) mod facts;
pub(crate) mod flow;
pub(crate) mod frames;
pub(crate) mod guard;
pub(crate) mod inline;
pub(crate) mod inst;
pub(crate) mod items;
pub(crate) mod iterate;
pub(crate) mod library;
pub(crate) mod load;
pub(crate) mod mentions;
pub(crate) mod object;
pub(crate) mod operators;
pub(crate) mod reads;
pub(crate) mod relevance;
pub(crate) mod removal;
pub(crate) mod revise;
pub(crate) mod roots;
pub(crate) mod schedule;
pub(crate) mod store;
pub(crate) mod summary;
pub(crate) mod suspended;
pub(crate) mod variants;
