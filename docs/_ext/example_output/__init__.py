"""Show example programs and what they really print.

``extensions = ["example_output"]`` in ``conf.py`` is all that a project needs, and a
folder ``examples`` beside it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def _add_nodes(app: "Sphinx") -> None:
    """Those that are gone before pages are written, and those that we write."""
    from example_output import catalogue, directives, render

    app.add_node(catalogue.example_list)
    app.add_node(directives.output_placeholder)
    for bar in (directives.source_bar, directives.output_bar):
        app.add_node(bar, html=(render.visit_bar, None))
    timeline = (render.visit_timeline, None)
    app.add_node(directives.timeline_placeholder, html=timeline)
    skip = (render.skip_picture, None)
    app.add_node(
        directives.timeline_picture,
        html=(render.visit_picture, None),
        latex=skip,
        text=skip,
        man=skip,
        texinfo=skip,
    )
    app.add_node(directives.what_if, html=(render.visit_what_if, render.depart_what_if))
    app.add_node(
        directives.question, html=(render.visit_question, render.depart_question)
    )
    controls = (render.visit_run_controls, None)
    app.add_node(directives.run_controls, html=controls)
    link = (render.visit_box_link, render.depart_box_link)
    app.add_node(directives.box_link, html=link)


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Tell Sphinx what we bring: the table of contents of this extension."""
    # Imported here, because the process that runs the examples imports this package
    # too, and has no use for Sphinx.
    from example_output import catalogue, directives, domain, render, roles
    from example_output.build import Build
    from example_output.settings import OPTIONS

    for name, option in OPTIONS.items():
        app.add_config_value(f"example_output_{name}", option.default, "", option.types)

    app.add_domain(domain.ExampleDomain)
    _add_nodes(app)
    for name, directive in directives.DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_directive("example-list", catalogue.ExampleListDirective)
    app.add_role("printed", roles.PrintedRole())
    app.add_role("written", roles.WrittenRole())
    app.add_role("example-fact", roles.FactRole())
    app.add_post_transform(catalogue.ListTransform)
    app.add_post_transform(render.OutputTransform)

    app.add_css_file("example_output.css")
    app.add_js_file("example_output.js")
    app.add_js_file("example_timeline.js", loading_method="defer")

    build = Build(app)
    build.start_early()
    app.connect("config-inited", build.start)
    app.connect("builder-inited", build.attach)
    app.connect("env-get-outdated", build.outdated)
    app.connect("doctree-read", build.check_code)
    app.connect("env-updated", build.collect)
    app.connect("doctree-resolved", build.resolved)
    app.connect("build-finished", build.finish)

    return {
        "version": __version__,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
