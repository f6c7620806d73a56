using System.Text.Json;

namespace Rubato.Cli.Tests;

/// <summary>What a command said and returned.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    /// <summary>The one JSON object on stdout; anything else there fails the test.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            return document.RootElement.Clone();
        }
    }
}

/// <summary>A temporary folder to run commands in, in this process and without a terminal.</summary>
internal sealed class Shell : IDisposable
{
    /// <summary>The root of the sources.</summary>
    public static string Repository
    {
        get
        {
            string? at = AppContext.BaseDirectory;
            while (at is not null && !File.Exists(Path.Combine(at, "Rubato.slnx"))) at = Path.GetDirectoryName(at);
            return at ?? throw new InvalidOperationException("not in the repository");
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("rubato-cli-").FullName;

    /// <summary>The parts that --model names, whatever folder it says.</summary>
    public Pipelines.Diffuser Model { get; init; } = TinyModel.Parts;

    public string[] Files => [.. Directory.EnumerateFiles(Folder).Select(path
        => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Of(string name) => Path.Combine(Folder, name);

    public byte[] Read(string name) => File.ReadAllBytes(Of(name));

    /// <summary>Runs with the model; drawing commands write into the folder.</summary>
    public Task<Outcome> DrawAsync(params string[] args)
        => RunAsync([.. args, "--model", Folder, .. args.Contains("-o") ? (string[])[] : ["-o", Of("out.png")]]);

    public Task<Outcome> RunAsync(params string[] args) => RunAsync(args, CancellationToken.None);

    public async Task<Outcome> RunAsync(string[] args, CancellationToken cancel)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var app = new App(new Terminal(output, error)) { Load = (_, _) => new RubatoModel(Model) };
        int code = await app.RunAsync(args, cancel);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
