//! Under which choices something holds.
//!
//! One function is executed once, with all its branches in one heap. What was stored in one arm of
//! a branch is marked with that arm instead of being kept in a copy of the state: a [`Guard`] is a
//! set of literals "branch `b` took arm `a`". Two references can be on one ring only if their
//! guards do not contradict each other. This keeps the precision of a path-sensitive analysis
//! without its copies and joins.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::object::{Obj, Ty};
use crate::program::model::ClassId;
use crate::syntax::Name;

/// A conjunction of literals, interned in [`Guards`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Default)]
pub(crate) struct Guard(u32);

impl Guard {
    /// Holds always.
    pub(crate) const TRUE: Self = Self(0);
}

/// A choice between arms that exclude each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) struct Branch(pub(crate) u32);

/// "This branch took this arm."
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) struct Literal {
    pub(crate) branch: Branch,
    pub(crate) arm: u16,
}

impl Literal {
    /// An arm of the same branch in which this does not hold.
    pub(crate) fn other(self) -> Self {
        let arm = u16::from(self.arm == 0);
        Self { arm, ..self }
    }
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice {
    /// Control flow. With a test, arm 0 is taken exactly if it holds, arm 1 if it does not.
    Flow(Option<Test>),
    /// Whether a loop runs at all (arm 0). It is taken to: what it cuts counts as cut.
    Loop(Option<Test>),
    /// Whether an iterator has come to its end: an arm of its `__next__` that raises.
    Stop,
    /// Which element a round of a loop has in hand. Every element gets its turn, but no element
    /// twice in the loop with this number.
    Element { in_loop: u32 },
    /// Which of several objects an index or key meant: only one of them, nobody knows which.
    Pick,
    /// Which class an object has, of several that the program gives it.
    Class {
        of: Obj,
        candidates: SmallVec<[Ty; 2]>,
    },
}

/// A test of one object that a caller may be able to decide.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Test {
    IsNone(Obj),
    Truthy(Obj),
    IsInstance(Obj, ClassId),
    /// It is an instance of one of some classes that are not the program's; of those whose
    /// instances hold nothing (`str`, `int`), if so marked.
    IsOutside(Obj, bool),
    IsMade(Obj, Made),
    HasAttr(Obj, Name),
    Same(Obj, Obj),
    /// Compares equal to a constant.
    Equal(Obj, Obj),
}

/// What the interpreter makes of a `def`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Made {
    /// `types.FunctionType`
    Function,
    /// `types.MethodType`, as `self.method` gives it.
    Method,
}

impl Test {
    /// The object that is tested.
    pub(crate) fn of(self) -> Obj {
        let (Self::IsNone(of)
        | Self::Truthy(of)
        | Self::IsInstance(of, _)
        | Self::IsOutside(of, _)
        | Self::IsMade(of, _)
        | Self::HasAttr(of, _)
        | Self::Same(of, _)
        | Self::Equal(of, _)) = self;
        of
    }

    /// The same test of other objects.
    pub(crate) fn map(self, mut to: impl FnMut(Obj) -> Option<Obj>) -> Option<Self> {
        Some(match self {
            Self::IsNone(of) => Self::IsNone(to(of)?),
            Self::Truthy(of) => Self::Truthy(to(of)?),
            Self::IsInstance(of, class) => Self::IsInstance(to(of)?, class),
            Self::IsOutside(of, is_value) => Self::IsOutside(to(of)?, is_value),
            Self::IsMade(of, made) => Self::IsMade(to(of)?, made),
            Self::HasAttr(of, name) => Self::HasAttr(to(of)?, name),
            Self::Same(a, b) => Self::Same(to(a)?, to(b)?),
            Self::Equal(a, b) => Self::Equal(to(a)?, to(b)?),
        })
    }
}

/// Arms of a branch that follow each other: what the test of an `elif` says holds there, what the
/// tests above it say holds in all arms below them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Arms {
    pub(crate) branch: Branch,
    pub(crate) first: u16,
    pub(crate) last: u16,
}

impl Arms {
    /// This arm and all below it.
    pub(crate) fn below(first: Literal) -> Self {
        Self {
            last: u16::MAX,
            ..first.into()
        }
    }

    /// Whether an arm is one of them.
    pub(crate) fn contains(self, arm: Literal) -> bool {
        self.branch == arm.branch && (self.first..=self.last).contains(&arm.arm)
    }
}

impl From<Literal> for Arms {
    fn from(arm: Literal) -> Self {
        Self {
            branch: arm.branch,
            first: arm.arm,
            last: arm.arm,
        }
    }
}

/// Who takes an arm knows how a test comes out: of `a and b`, both hold in the first arm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Implied {
    pub(crate) arms: Arms,
    pub(crate) test: Test,
    pub(crate) holds: bool,
    /// The choices under which it is this object that is tested.
    pub(crate) of: Guard,
}

type Literals = SmallVec<[Literal; 4]>;

/// More literals than this are not told apart: what would need them is left out.
const MAX_LITERALS: usize = 18;
/// Literals of the path of execution; the rest is left for which elements and objects are meant.
const MAX_PATH: usize = 6;
/// Steps of the search for an execution that avoids all cuts.
const MAX_AVOIDING: u32 = 200;

/// The guards and choices of one execution.
#[derive(Default)]
pub(crate) struct Guards {
    choices: Vec<Choice>,
    /// The literals of all guards in a row, and where those of each guard end.
    literals: Vec<Literal>,
    ends: Vec<u32>,
    /// Guards by the hash of their literals; where two hashes are the same, the next number is
    /// taken.
    index: FxHashMap<u64, Guard>,
    scratch: Vec<Literal>,
    conjunctions: FxHashMap<(Guard, Guard), Option<Guard>>,
    /// Arms that end in an exception nobody in the function catches.
    raising: Vec<Literal>,
    /// What arms say beside what their branch tests.
    implied: Vec<Implied>,
    /// The branch on which each test was first made.
    tests: FxHashMap<Test, Branch>,
    /// Branches that have two arms, no more.
    two_armed: FxHashSet<Branch>,
    /// How many guards had to be computed.
    pub(crate) work: u32,
}

impl Guards {
    /// Forgets everything, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.choices.clear();
        self.literals.clear();
        self.ends.clear();
        self.ends.push(0);
        self.index.clear();
        self.conjunctions.clear();
        self.raising.clear();
        self.implied.clear();
        self.tests.clear();
        self.two_armed.clear();
        self.work = 0;
    }

    /// A new choice.
    pub(crate) fn choose(&mut self, choice: Choice) -> Branch {
        self.choices.push(choice);
        Branch(self.choices.len() as u32 - 1)
    }

    /// The choice that a test makes. The same test of the same object comes out as it did before:
    /// what `if x` stores, a later `if x` takes back.
    pub(crate) fn choose_by(&mut self, test: Test) -> Branch {
        if let Some(&known) = self.tests.get(&test) {
            return known;
        }
        let branch = self.choose(Choice::Flow(Some(test)));
        self.tests.insert(test, branch);
        branch
    }

    /// What a branch chooses.
    pub(crate) fn choice(&self, branch: Branch) -> &Choice {
        &self.choices[branch.0 as usize]
    }

    /// The literals of a guard, sorted.
    pub(crate) fn literals(&self, guard: Guard) -> &[Literal] {
        let from = match guard.0 {
            0 => 0,
            it => self.ends[it as usize - 1],
        };
        &self.literals[from as usize..self.ends[guard.0 as usize] as usize]
    }

    /// The guard that consists of one literal.
    pub(crate) fn literal(&mut self, branch: Branch, arm: usize) -> Guard {
        let arm = u16::try_from(arm).unwrap_or(u16::MAX);
        self.intern(&[Literal { branch, arm }])
    }

    /// Marks an arm as one that ends in an exception.
    pub(crate) fn mark_raising(&mut self, branch: Branch, arm: usize) {
        let arm = u16::try_from(arm).unwrap_or(u16::MAX);
        self.raising.push(Literal { branch, arm });
    }

    /// Whether a guard holds only where the function ends in an exception.
    pub(crate) fn raises(&self, guard: Guard) -> bool {
        !self.raising.is_empty()
            && self
                .literals(guard)
                .iter()
                .any(|it| self.raising.contains(it))
    }

    /// Notes how a test comes out in an arm.
    pub(crate) fn imply(&mut self, implied: Implied) {
        self.implied.push(implied);
    }

    /// Notes that who takes an arm has taken another one before.
    pub(crate) fn imply_all_of(&mut self, arms: Arms, taken: Literal) {
        let mut said: SmallVec<[Implied; 2]> = self
            .implied(taken.branch)
            .filter(|it| it.arms.contains(taken))
            .copied()
            .collect();
        if let Choice::Flow(Some(test)) = *self.choice(taken.branch) {
            said.push(Implied {
                arms,
                test,
                holds: taken.arm == 0,
                of: Guard::TRUE,
            });
        }
        self.implied
            .extend(said.into_iter().map(|it| Implied { arms, ..it }));
    }

    /// Notes that a branch has two arms, no more.
    pub(crate) fn mark_two_arms(&mut self, branch: Branch) {
        self.two_armed.insert(branch);
    }

    /// Whether a branch is known to have two arms.
    pub(crate) fn has_two_arms(&self, branch: Branch) -> bool {
        self.two_armed.contains(&branch)
    }

    /// What the arms of a branch say beside what it tests.
    pub(crate) fn implied(&self, branch: Branch) -> impl Iterator<Item = &Implied> {
        self.implied
            .iter()
            .filter(move |it| it.arms.branch == branch)
    }

    /// The tests of which a guard tells how they come out.
    pub(crate) fn outcomes(&self, guard: Guard) -> Vec<(Test, bool)> {
        let mut res = Vec::new();
        for literal in self.literals(guard) {
            if let Choice::Flow(Some(test)) | Choice::Loop(Some(test)) = self.choice(literal.branch)
            {
                res.push((*test, literal.arm == 0));
            }
            let said = self.implied.iter().filter(|it| it.arms.contains(*literal));
            let said = said.filter(|it| self.implies(guard, it.of));
            res.extend(said.map(|it| (it.test, it.holds)));
        }
        res
    }

    fn intern(&mut self, literals: &[Literal]) -> Guard {
        if literals.is_empty() {
            return Guard::TRUE;
        }
        let mut hash = FxBuildHasher.hash_one(literals);
        while let Some(&guard) = self.index.get(&hash) {
            if self.literals(guard) == literals {
                return guard;
            }
            hash = hash.wrapping_add(1);
        }
        let guard = Guard(self.ends.len() as u32);
        self.literals.extend_from_slice(literals);
        self.ends.push(self.literals.len() as u32);
        self.index.insert(hash, guard);
        guard
    }

    /// Both; [`None`] if they contradict each other.
    pub(crate) fn and(&mut self, a: Guard, b: Guard) -> Option<Guard> {
        if a == b || b == Guard::TRUE {
            return Some(a);
        }
        if a == Guard::TRUE {
            return Some(b);
        }
        let key = (a.min(b), a.max(b));
        if let Some(&known) = self.conjunctions.get(&key) {
            return known;
        }
        self.work += 4;
        let mut merged = std::mem::take(&mut self.scratch);
        let res = self
            .merge(key.0, key.1, &mut merged)
            .then(|| self.intern(&merged));
        self.scratch = merged;
        self.conjunctions.insert(key, res);
        res
    }

    /// As [`Guards::and`] for the path of execution itself: where it grows too long, the oldest
    /// choices are forgotten instead of taking the rest of the function for unreachable.
    pub(crate) fn extend(&mut self, path: Guard, branch: Branch, arm: usize) -> Option<Guard> {
        let literal = self.literal(branch, arm);
        let long = self.literals(path).len() >= MAX_PATH;
        let path = if long {
            let kept: Literals = self.literals(path)[1..].iter().copied().collect();
            self.intern(&kept)
        } else {
            path
        };
        self.and(path, literal)
    }

    /// Merges the literals of two guards; whether they agree.
    fn merge(&self, a: Guard, b: Guard, res: &mut Vec<Literal>) -> bool {
        res.clear();
        let (a, b) = (self.literals(a), self.literals(b));
        let (mut i, mut j) = (0, 0);
        loop {
            let next = match (a.get(i), b.get(j)) {
                (None, None) => break,
                (Some(&x), None) => {
                    i += 1;
                    x
                }
                (None, Some(&y)) => {
                    j += 1;
                    y
                }
                (Some(&x), Some(&y)) if x.branch == y.branch => {
                    if x.arm != y.arm {
                        return false;
                    }
                    i += 1;
                    j += 1;
                    x
                }
                (Some(&x), Some(&y)) if x < y => {
                    i += 1;
                    x
                }
                (Some(_), Some(&y)) => {
                    j += 1;
                    y
                }
            };
            res.push(next);
        }
        res.len() <= MAX_LITERALS && !self.repeats_element(res)
    }

    /// Whether a guard says which element a round of a loop has in hand.
    pub(crate) fn has_turn(&self, guard: Guard, in_loop: u32) -> bool {
        let is_turn = |it: &Literal| *self.choice(it.branch) == Choice::Element { in_loop };
        self.literals(guard).iter().any(is_turn)
    }

    /// Whether two rounds of one loop are said to have the same element in hand.
    fn repeats_element(&self, literals: &[Literal]) -> bool {
        let element = |it: &Literal| match self.choice(it.branch) {
            Choice::Element { in_loop } => Some((*in_loop, it.arm)),
            _ => None,
        };
        literals.iter().enumerate().any(|(idx, it)| {
            element(it).is_some_and(|this| {
                literals[idx + 1..]
                    .iter()
                    .any(|other| element(other) == Some(this))
            })
        })
    }

    /// Whether `a` says everything that `b` says.
    pub(crate) fn implies(&self, a: Guard, b: Guard) -> bool {
        if a == b || b == Guard::TRUE {
            return true;
        }
        let mut left = self.literals(a).iter();
        self.literals(b)
            .iter()
            .all(|it| left.any(|other| other == it))
    }

    /// Adds a condition under which something is cut, unless that is known already. Too many are
    /// taken for all.
    pub(crate) fn add_kill(&mut self, kills: &mut SmallVec<[Guard; 1]>, under: Guard) -> bool {
        self.work += kills.len() as u32;
        if kills.iter().any(|&it| self.implies(under, it)) {
            return false;
        }
        if kills.len() >= super::store::MAX_KILLS {
            kills.clear();
            kills.push(Guard::TRUE);
            return false;
        }
        kills.push(under);
        true
    }

    /// The control flow alone. Something that is cleared for one element of a loop, or for the
    /// object that an index picked, counts as cleared for all of them: a finding must be sure
    /// that the reference stands.
    pub(crate) fn flow(&mut self, guard: Guard) -> Guard {
        self.keep(guard, |it| matches!(it, Choice::Flow(_) | Choice::Stop))
    }

    /// The control flow, and which class an object has: what one class stores does not take the
    /// place of what another one would have stored.
    pub(crate) fn flow_and_class(&mut self, guard: Guard) -> Guard {
        self.keep(guard, |it| {
            matches!(it, Choice::Flow(_) | Choice::Stop | Choice::Class { .. })
        })
    }

    fn keep(&mut self, guard: Guard, is_kept: impl Fn(&Choice) -> bool) -> Guard {
        if guard == Guard::TRUE {
            return guard;
        }
        let kept: Literals = self
            .literals(guard)
            .iter()
            .copied()
            .filter(|it| is_kept(self.choice(it.branch)))
            .collect();
        self.intern(&kept)
    }

    /// The number of branches in a guard at which nobody knows which object was meant.
    pub(crate) fn picks(&self, guard: Guard) -> usize {
        let is_pick = |it: &&Literal| matches!(self.choice(it.branch), Choice::Pick);
        self.literals(guard).iter().filter(is_pick).count()
    }

    /// Whether some execution has all that `guard` says and nothing that one of `avoided` says:
    /// every one of them must be false on a branch that is still open, and in an arm that is not
    /// `closed`. Where that takes too long to find out, the answer is no.
    pub(crate) fn can_avoid(
        &mut self,
        guard: Guard,
        avoided: &[Guard],
        closed: &[Literal],
    ) -> bool {
        let mut steps = MAX_AVOIDING;
        self.avoid(guard, avoided, closed, &mut steps)
    }

    fn avoid(
        &mut self,
        guard: Guard,
        avoided: &[Guard],
        closed: &[Literal],
        steps: &mut u32,
    ) -> bool {
        let Some((&first, rest)) = avoided.split_first() else {
            return true;
        };
        if self.implies(guard, first) || *steps == 0 {
            return false;
        }
        *steps -= 1;
        if self.and(guard, first).is_none() {
            return self.avoid(guard, rest, closed, steps);
        }
        let open: Literals = self.literals(first).iter().copied().collect();
        for literal in open {
            let other = literal.other();
            let away = self.intern(&[other]);
            if !closed.contains(&other)
                && let Some(with) = self.and(guard, away)
                && self.avoid(with, rest, closed, steps)
            {
                return true;
            }
        }
        false
    }
}
