"""The server, driven by the client of pytest-lsp."""

import os
import pathlib
import shutil

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

BINARY = os.path.abspath(os.environ.get("CYCLINT", "target/debug/cyclint"))

PORT = """\
class Port:
    def __init__(self):
        self.reader = Reader(self)
    def __del__(self):
        print('closed')
class Reader:
    def __init__(self, port):
        self.port = port
def main():
    Port()
main()
"""


@pytest.fixture
def workspace(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "port.py").write_text(PORT)
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest_lsp.fixture(
    params=["neovim", "visual_studio_code", "emacs"],
    config=ClientServerConfig(server_command=[BINARY, "server"]),
)
async def client(lsp_client: LanguageClient, request, workspace):
    lsp_client.editor = request.param
    # The client of pytest-lsp announces what these editors can do, but has no handler for this.
    lsp_client.feature("client/registerCapability")(lambda *_: None)

    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(uri=workspace.as_uri(), name="w")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def opened(workspace: pathlib.Path) -> types.DidOpenTextDocumentParams:
    path = workspace / "port.py"
    item = types.TextDocumentItem(
        uri=path.as_uri(), language_id="python", version=1, text=path.read_text()
    )
    return types.DidOpenTextDocumentParams(text_document=item)


@pytest.mark.asyncio
async def test_findings_hover_and_actions(client: LanguageClient, workspace):
    params = opened(workspace)
    uri = params.text_document.uri
    client.text_document_did_open(params)
    document = types.TextDocumentIdentifier(uri=uri)
    report = await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(text_document=document)
    )
    assert [it.code for it in report.items] == ["CYC102"]
    finding = report.items[0]
    assert finding.range.start == types.Position(line=2, character=8)
    # Emacs says that it cannot show any.
    assert bool(finding.related_information) == (client.editor != "emacs")

    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=finding.range.start)
    )
    assert "Port.__del__" in hover.contents.value

    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document,
            range=finding.range,
            context=types.CodeActionContext(diagnostics=[finding]),
        )
    )
    assert any(it.title.startswith("Ignore CYC102") for it in actions)

    graph = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(
            command="cyclint.showGraph",
            arguments=[{"uri": uri, "position": {"line": 2, "character": 9}}],
        )
    )
    assert graph is not None


@pytest.mark.asyncio
async def test_the_workspace(client: LanguageClient, workspace):
    report = await client.workspace_diagnostic_async(
        types.WorkspaceDiagnosticParams(previous_result_ids=[])
    )
    assert [it.uri for it in report.items] == [(workspace / "port.py").as_uri()]
