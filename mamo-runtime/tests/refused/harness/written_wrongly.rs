//! What the attribute itself refuses. Each message points at the words that it is about.

fn main() {}

struct Corpus;

impl Corpus {
    #[mamo::test]
    fn a_method(&self) {}
}

#[mamo::test]
fn generic<T>(corpus: &T) {}

#[mamo::test]
const fn constant() {}

#[mamo::test]
unsafe fn not_safe() {}

#[mamo::test]
extern "C" fn foreign() {}

#[mamo::test(threads = 2)]
fn with_options() {}

#[mamo::test]
#[test]
fn twice_a_test() {}

#[mamo::test]
#[ignore("slow")]
fn ignored_wrongly() {}

#[mamo::test]
#[should_panic(message = "no")]
fn panics_wrongly() {}

#[mamo::test]
#[should_panic]
fn panics_and_returns() -> Result<(), String> {
    Ok(())
}

#[mamo::test]
#[case(1)]
#[case(1, 2)]
fn values_and_parameters(a: u32) {}

#[mamo::test]
#[case(1)]
fn fixtures_are_marked(a: u32, corpus: &Corpus) {}

#[mamo::test]
#[case::one(1)]
#[case::one(2)]
fn cases_of_one_name(a: u32) {}

#[mamo::test]
#[case::one::more(1)]
fn a_case_of_two_names(a: u32) {}

#[mamo::test]
#[case]
fn a_case_of_nothing(a: u32) {}

#[mamo::test]
fn a_case_that_is_not_there(#[case] a: u32) {}

#[mamo::test]
#[case(1)]
fn by_both(#[case] #[fixture] a: &u32) {}

#[mamo::test]
fn without_a_name((a, b): (u32, u32)) {}

#[mamo::test]
fn without_a_type(corpus: impl Copy) {}

#[mamo::test]
fn cases_with_arguments(#[with(1)] #[cases] corpus: &Corpus) {}

#[mamo::test]
fn every_case_of_two(#[cases] a: &Corpus, #[cases] b: &Corpus) {}
