//! `--format junit`: one document at the end.

use super::{Ended, Formatter, Tally};
use crate::harness::capture::Terminal;
use crate::harness::collected::Test;
use crate::harness::ending::Outcome;
use std::io::{self, Write as _};

/// Prints the document.
pub(super) struct Junit {
    pub(super) out: Terminal,
    pub(super) show_output: bool,
}

impl Formatter for Junit {
    fn start(&mut self, _: usize, _: Option<u64>) -> io::Result<()> {
        self.out
            .write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    }

    fn begun(&mut self, _: &Test) -> io::Result<()> {
        Ok(())
    }

    fn slow(&mut self, _: &Test) -> io::Result<()> {
        Ok(())
    }

    fn ended(&mut self, _: &Ended) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, tally: &Tally) -> io::Result<()> {
        let mut text = format!(
            "<testsuites><testsuite name=\"test\" package=\"test\" id=\"0\" errors=\"0\" failures=\"{}\" tests=\"{}\" skipped=\"{}\" >",
            tally.failed, tally.total, tally.ignored
        );
        for ended in &tally.ended {
            text.push_str(&self.case(ended));
        }
        text.push_str("<system-out/><system-err/></testsuite></testsuites>\n");
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

impl Junit {
    fn case(&self, ended: &Ended) -> String {
        let failure = match &ended.outcome {
            Outcome::Ignored => return String::new(),
            Outcome::Passed => String::new(),
            Outcome::Failed(None) => "<failure type=\"assert\"/>".to_owned(),
            Outcome::Failed(Some(why)) => {
                format!("<failure message=\"{}\" type=\"assert\"/>", escaped(why))
            }
            Outcome::TooLate => "<failure type=\"timeout\"/>".to_owned(),
        };
        let shown = self.show_output || !failure.is_empty();
        let output = if shown && !ended.output.is_empty() {
            format!("<system-out>{}</system-out>", data(&ended.output))
        } else {
            String::new()
        };
        let name = escaped(&ended.test.name);
        let took = ended.took.unwrap_or_default().as_secs_f64();
        let opening =
            format!("<testcase classname=\"integration\" name=\"{name}\" time=\"{took}\"");
        if failure.is_empty() && output.is_empty() {
            format!("{opening}/>")
        } else {
            format!("{opening}>{failure}{output}</testcase>")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\n', "&#xA;")
}

/// `output` as character data on one line.
fn data(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output)
        .replace("]]>", "]]]]><![CDATA[>")
        .replace("<?", "<]]><![CDATA[?")
        .replace('\n', "]]>&#xA;<![CDATA[");
    format!("<![CDATA[{text}]]>").replace("<![CDATA[]]>", "")
}
