"""Show example programs and what they really print.

A project needs only ``extensions = ["example_output"]`` in its ``conf.py``, and a
folder ``examples`` beside it.
"""

TYPE_CHECKING = False  # as in typing, which takes 10 ms

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def _add_nodes(app: "Sphinx") -> None:
    """Register placeholders, which are replaced before writing, and other nodes."""
    from example_output.pages import catalogue, colors, lab, nodes, practice, predict

    app.add_lexer(colors.ColorLexer.name, colors.ColorLexer)
    app.add_node(colors.colored_block, html=(colors.visit_colored, None))
    app.add_node(catalogue.example_list)
    app.add_node(lab.lab)
    app.add_node(practice.practice_list)
    app.add_node(predict.program_name)
    app.add_node(nodes.output_placeholder)
    app.add_node(nodes.source_bar)
    app.add_node(nodes.timeline_placeholder)
    app.add_node(nodes.timeline_picture, html=(nodes.visit_picture, None))
    group = (nodes.visit_practice_box, nodes.depart_practice_box)
    app.add_node(nodes.practice_box, html=group)
    app.add_node(nodes.site_only, html=(nodes.visit_site_only, None))
    app.add_node(nodes.what_if, html=(nodes.visit_what_if, nodes.depart_what_if))
    app.add_node(nodes.question, html=(nodes.visit_question, nodes.depart_question))
    app.add_node(nodes.run_controls, html=(nodes.visit_run_controls, None))
    label = (nodes.visit_python_label, nodes.depart_python_label)
    app.add_node(nodes.python_label, html=label)
    app.add_node(nodes.strip, html=(nodes.visit_strip, nodes.depart_strip))
    app.add_node(nodes.permalink, html=(nodes.visit_permalink, nodes.depart_permalink))


def _add_transforms(app: "Sphinx") -> None:
    """Register what completes pages, and the words that it needs."""
    from example_output.pages import catalogue, lab, outputs, pythons, words

    words.connect(app)
    app.add_post_transform(catalogue.ListTransform)
    app.add_post_transform(lab.LabTransform)
    app.add_post_transform(outputs.OutputTransform)
    app.add_post_transform(pythons.PythonTransform)


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register everything that the extension adds to Sphinx."""
    # Imported here, because the process that runs the examples also imports this
    # package, and does not need Sphinx.
    from example_output.running.ledger import describing

    description = describing()  # it answers while the rest is imported
    from example_output.pages import catalogue, domain, lab, names, pythons, report
    from example_output.pages.build import Build
    from example_output.pages.static import add_static
    from example_output.settings import OPTIONS, RENAMED

    for name, option in OPTIONS.items():
        app.add_config_value(f"example_output_{name}", option.default, "", option.types)
    for name, new in RENAMED.items():
        types = OPTIONS[new].types
        app.add_config_value(f"example_output_{name}", OPTIONS[new].default, "", types)

    app.add_domain(domain.ExampleDomain)
    _add_nodes(app)
    names.register(app)
    _add_transforms(app)

    add_static(app)

    build = Build(app, description)
    build.start_early()
    app.connect("config-inited", build.start)
    app.connect("builder-inited", build.attach)
    app.connect("env-get-outdated", build.outdated)
    app.connect("doctree-read", report.check_quotations)
    app.connect("env-updated", build.collect)
    app.connect("doctree-resolved", build.resolved)
    for add in (catalogue.add_filter, pythons.add_script, lab.link_to_lab):
        app.connect("html-page-context", add)
    names.connect(app)
    app.connect("build-finished", build.finish)

    return {
        "version": __version__,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
