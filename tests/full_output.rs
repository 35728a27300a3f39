//! Shows what the default output looks like for four typical rings: every reference is numbered and
//! shown where it is stored, also across files, with the finalizer that waits and what to do.

mod support;

use insta::assert_snapshot;

#[test]
fn a_back_reference_across_two_files() {
    assert_snapshot!(full("pkg_base_in_other_module"), @r#"
    warning[CYC102]: `TextEditor.__del__` runs late: it is held by what it holds (`TextEditor.commands["save"]` → `Save.target` → `TextEditor`)
      ┌─ app/base.py:7:9
      │
    7 │         self.commands[name] = command  # error: [CYC102]
      │         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 1: `TextEditor` holds `Save` through `commands["save"]`
    8 │
    9 │     def __del__(self):
      │         ------- `TextEditor.__del__` runs late
      │
      ┌─ app/command.py:3:9
      │
    3 │         self.target = target
      │         -------------------- 2: `Save` holds `TextEditor` through `target` (make this one weak)
      │
      = ring: TextEditor --commands["save"]--> Save --target--> TextEditor
      = Python frees an object at once when nothing refers to it any more. These refer to each
        other in a ring, so that never happens, even when the rest of the program has let go of
        them. They stay until the garbage collector finds the ring, some time later, and
        `TextEditor.__del__` runs only then, on whatever thread that happens to be; with the
        collector switched off, not before the program ends.
      = help: make `Save.target` weak: store `weakref.ref(text_editor)` and call it where it is
        used, or store `weakref.proxy(text_editor)`; or set it to None when the TextEditor is
        done with
      = `cyclint rule CYC102` explains more

    Found 1 reference cycle.
    "#);
}

#[test]
fn a_bound_method() {
    assert_snapshot!(full("gauge_callback_attribute"), @"
    warning[CYC103]: `Amplifier.__del__` runs late: it holds a bound method of the object that holds it (`Amplifier.knob` → `Knob.on_turn` → `bound method Amplifier._volume_changed.__self__` → `Amplifier`)
       ┌─ main.py:15:9
       │
     3 │         self.on_turn = on_turn
       │         ---------------------- 2: `Knob` holds bound method Amplifier._volume_changed through `on_turn` (make this one weak)
       ·
    15 │         self.knob = Knob(self._volume_changed)  # error: [CYC103]
       │         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       │         │                │
       │         │                3: bound method Amplifier._volume_changed holds `Amplifier` through `__self__`
       │         1: `Amplifier` holds `Knob` through `knob`
       ·
    20 │     def __del__(self):
       │         ------- `Amplifier.__del__` runs late
       │
       = ring: Amplifier --knob--> Knob --on_turn--> bound method Amplifier._volume_changed --__self__--> Amplifier
       = Python frees an object at once when nothing refers to it any more. These refer to each
         other in a ring, so that never happens, even when the rest of the program has let go of
         them. They stay until the garbage collector finds the ring, some time later, and
         `Amplifier.__del__` runs only then, on whatever thread that happens to be; with the
         collector switched off, not before the program ends.
       = help: a bound method holds its object: store `weakref.WeakMethod(self._volume_changed)`
         in `Knob.on_turn` and call what it gives, or store the plain function and pass the
         object when it is called; or clear `on_turn` when the object is done with
       = `cyclint rule CYC103` explains more

    Found 1 reference cycle.
    ");
}

#[test]
fn a_closure() {
    assert_snapshot!(full("importer_progress_lambda"), @"
    warning[CYC104]: `Importer.__del__` runs late: it holds a function that captured it (`Importer.progress` → `Progress.report` → `lambda.captured self` → `Importer`)
       ┌─ main.py:17:9
       │
     5 │         self.report = report
       │         -------------------- 2: `Progress` holds `lambda` through `report`
       ·
    17 │         self.progress = Progress(len(rows), lambda p: self.show(p))  # error: [CYC104]
       │         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       │         │                                   │
       │         │                                   3: `lambda` holds `Importer` through `captured self` (make this one weak)
       │         1: `Importer` holds `Progress` through `progress`
       ·
    27 │     def __del__(self):
       │         ------- `Importer.__del__` runs late
       │
       = ring: Importer --progress--> Progress --report--> lambda --captured self--> Importer
       = Python frees an object at once when nothing refers to it any more. These refer to each
         other in a ring, so that never happens, even when the rest of the program has let go of
         them. They stay until the garbage collector finds the ring, some time later, and
         `Importer.__del__` runs only then, on whatever thread that happens to be; with the
         collector switched off, not before the program ends.
       = help: let the lambda capture a weak reference instead: `ref = weakref.ref(self)` before
         it, `ref()` in it; or capture only the values that it needs
       = `cyclint rule CYC104` explains more

    Found 1 reference cycle.
    ");
}

#[test]
fn a_linked_list() {
    assert_snapshot!(full("ring_buffer_links"), @r##"
    warning[CYC106]: `Slot.__del__` runs late: the objects hold each other (`Slot.next` → `Slot.next` → `Slot.next` → `Slot`)
       ┌─ main.py:17:9
       │
     7 │     def __del__(self):
       │         ------- `Slot.__del__` runs late
       ·
    15 │             slot.next = Slot(index)
       │             -----------------------
       │             │
       │             2: `Slot` holds `Slot` through `next`
       │             3: `Slot` holds `Slot` through `next`
    16 │             slot = slot.next
    17 │         slot.next = first  # error: [CYC106]
       │         ^^^^^^^^^^^^^^^^^ 1: `Slot` holds `Slot` through `next` (make this one weak)
       │
       = ring: Slot --next--> Slot --next--> Slot --next--> Slot
       = Python frees an object at once when nothing refers to it any more. These refer to each
         other in a ring, so that never happens, even when the rest of the program has let go of
         them. They stay until the garbage collector finds the ring, some time later, and
         `Slot.__del__` runs only then, on whatever thread that happens to be; with the collector
         switched off, not before the program ends.
       = help: make `Slot.next` weak: store `weakref.ref(slot)` and call it where it is used, or
         store `weakref.proxy(slot)`; or set it to None when the Slot is done with
       = `cyclint rule CYC106` explains more

    Found 1 reference cycle.
    "##);
}

/// The output for one of `fixtures/programs/`, without white space at the ends of lines.
fn full(program: &str) -> String {
    let folder = support::repository("fixtures/programs").join(program);
    let output = support::cyclint(&folder, &["check", "--isolated", "."]);
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}
