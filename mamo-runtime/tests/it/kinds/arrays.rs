//! Arrays of `ndarray`, as results and arguments.

use crate::program::{Program, computed};
use ndarray::Array2;

pub(super) fn call(words: &[&str]) -> Option<Vec<String>> {
    let result = match *words {
        ["table", rows] => {
            let table = table(rows.parse().unwrap()).unwrap();
            format!("{:?} {}", table.dim(), table[(1, 2)])
        }
        ["added", rows] => sum(&table(rows.parse().unwrap()).unwrap()).to_string(),
        ["turned"] => {
            let table = table(2).unwrap();
            let (rows, columns) = (table.clone(), table.reversed_axes());
            format!("{} {}", sum(&rows), sum(&columns))
        }
        ["swapped"] => format!("{:?} {}", swapped().dim(), swapped()[(2, 1)]),
        _ => return None,
    };
    Some(vec![result])
}

#[mamo::memo]
fn table(rows: usize) -> Result<Array2<f64>, String> {
    computed("table");
    let values = (0_u32..).map(f64::from).take(rows * 3).collect();
    Array2::from_shape_vec((rows, 3), values).map_err(|error| error.to_string())
}

#[mamo::memo]
fn sum(table: &Array2<f64>) -> f64 {
    computed("sum");
    table.sum()
}

#[mamo::memo]
fn swapped() -> Array2<u8> {
    computed("swapped");
    Array2::from_shape_fn((2, 3), |(row, column)| {
        u8::try_from(row * 3 + column).unwrap()
    })
    .reversed_axes()
}

#[test]
fn arrays_are_served_small_and_large_and_count_by_elements_and_shape() {
    let program = Program::new();
    let calls = "table 2; table 9000; added 9000; swapped";
    let expected = ["(2, 3) 5", "(9000, 3) 5", "364486500", "(3, 2) 5"];
    assert_eq!(program.results(calls), expected);
    assert_eq!(program.computed(), ["table", "table", "sum", "swapped"]);
    assert_eq!(program.results(calls), expected);
    assert_eq!(program.computed(), [""; 0]);
    assert_eq!(program.results("turned; turned"), ["15 15", "15 15"]);
    assert_eq!(program.computed(), ["sum", "sum"], "one for each shape");
}
