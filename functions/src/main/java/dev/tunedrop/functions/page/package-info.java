/// A dataset's report as a web page for people: one self-contained file, light and dark, from a phone's width up. Start
/// at [dev.tunedrop.functions.page.ReportPage]. Depends on the room events only.
///
/// The page of a run lies in the bucket, where everybody who may see runs can open it, so it shows the shape of sample
/// rows and never their text. Text is shown only on a page that the data's owner asks for on their own machine, with
/// `check --html`; there is no setting that would put it into the bucket.
@NullMarked
package dev.tunedrop.functions.page;

import org.jspecify.annotations.NullMarked;
