//! The method resolution order: C3 linearization, as CPython computes it (`mro_implementation` in
//! `Objects/typeobject.c`; M. Simionato, "The Python 2.3 Method Resolution Order").

use rustc_hash::FxHashSet;

use super::model::ClassId;

/// Linearizes a class, given its direct bases and how to get the order of each of them.
///
/// Where CPython would refuse (`TypeError: Cannot create a consistent method resolution order`),
/// the order is depth-first from left to right, as for the classic classes of Python 2.
pub(super) fn linearize<'a>(
    class: ClassId,
    bases: &[ClassId],
    mro_of: impl Fn(ClassId) -> &'a [ClassId],
) -> Box<[ClassId]> {
    match bases {
        [] => [class].into(),
        [base] => std::iter::once(class)
            .chain(mro_of(*base).iter().copied())
            .collect(),
        _ => merge(class, bases, &mro_of).unwrap_or_else(|| depth_first(class, bases, &mro_of)),
    }
}

fn merge<'a>(
    class: ClassId,
    bases: &[ClassId],
    mro_of: &impl Fn(ClassId) -> &'a [ClassId],
) -> Option<Box<[ClassId]>> {
    let mut lists: Vec<&[ClassId]> = bases.iter().map(|&base| mro_of(base)).collect();
    lists.push(bases);
    let mut order = vec![class];
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(order.into());
        }
        // The first head that is in no other list's tail.
        let heads = lists.iter().filter_map(|list| list.first().copied());
        let in_tail = |head| {
            lists
                .iter()
                .any(|list| list.iter().skip(1).any(|&it| it == head))
        };
        let next = heads.clone().find(|&head| !in_tail(head))?;
        order.push(next);
        for list in &mut lists {
            if let Some((&first, rest)) = list.split_first()
                && first == next
            {
                *list = rest;
            }
        }
    }
}

fn depth_first<'a>(
    class: ClassId,
    bases: &[ClassId],
    mro_of: &impl Fn(ClassId) -> &'a [ClassId],
) -> Box<[ClassId]> {
    let mut seen = FxHashSet::default();
    std::iter::once(class)
        .chain(bases.iter().flat_map(|&base| mro_of(base).iter().copied()))
        .filter(|&it| seen.insert(it))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linearizes the last of `classes`, each of them given by its bases.
    fn check(classes: &[&[u32]], expect: &[u32]) {
        let mut mros: Vec<Box<[ClassId]>> = Vec::new();
        for (class, bases) in (0..).map(ClassId).zip(classes) {
            let bases: Vec<_> = bases.iter().copied().map(ClassId).collect();
            let mro = linearize(class, &bases, |it| &mros[it.0 as usize]);
            mros.push(mro);
        }
        let last: Vec<_> = mros.last().into_iter().flatten().map(|it| it.0).collect();
        assert_eq!(last, expect);
    }

    #[test]
    fn a_diamond_has_its_top_last() {
        check(&[&[], &[0], &[0], &[1, 2]], &[3, 1, 2, 0]);
    }

    #[test]
    fn simionatos_second_example() {
        // F, E, D, C(D, F), B(E, D), A(B, C)
        check(
            &[&[], &[], &[], &[2, 0], &[1, 2], &[4, 3]],
            &[5, 4, 1, 3, 2, 0],
        );
    }

    #[test]
    fn an_inconsistent_order_is_depth_first() {
        // X, Y, A(X, Y), B(Y, X), Z(A, B)
        check(&[&[], &[], &[0, 1], &[1, 0], &[2, 3]], &[4, 2, 0, 1, 3]);
    }
}
