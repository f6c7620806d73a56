using System.Text.Json;

namespace Rubato.Tensors.Tests;

/// <summary>One case of tests/Goldens/rng: its description and its tensors.</summary>
internal sealed record RandomGolden(JsonElement Description, TestSafetensors Tensors)
{
    public IEnumerable<JsonElement> Calls => Description.GetProperty("calls").EnumerateArray();

    public static RandomGolden Open(string name)
    {
        string folder = Path.Combine(RepositoryRoot(), "tests", "Goldens", "rng", name);
        using var description = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        return new RandomGolden(
            description.RootElement.Clone(), TestSafetensors.Read(Path.Combine(folder, "tensors.safetensors")));
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Rubato.slnx")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException($"No Rubato.slnx above {AppContext.BaseDirectory}");
    }
}
