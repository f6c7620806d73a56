using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Tests.Pipelines;

public sealed class HybridTablesFileTests
{
    private const string Good = """
        {
          "ancestral": [
            { "steps": 10, "linear": 0.1, "cosine": 0.2, "karras": 0.3, "flow": 0.4, "gamma": 0.8 },
            { "steps": 20, "linear": 0, "cosine": 0, "karras": 1, "flow": 0, "gamma": 1 }
          ],
          "deterministic": [ { "steps": 5, "linear": 1, "cosine": 0, "karras": 0, "flow": 0, "gamma": 1.5 } ],
          "fitted on": "a key that nobody asks for"
        }
        """;

    [Fact]
    public void Tables_are_read_as_written()
    {
        using var folder = new TestFolder();
        HybridTables tables = HybridTablesFile.Read(folder.Write("hand.json", Good));
        HybridSchedule mixed = new(0.1, 0.2, 0.3, 0.4, 0.8), karras = new(0, 0, 1, 0, 1);
        Assert.Equal([new HybridAnchor(10, mixed), new HybridAnchor(20, karras)], tables.Ancestral.Anchors);
        Assert.Equal([new HybridAnchor(5, new HybridSchedule(1, 0, 0, 0, 1.5))], tables.Deterministic.Anchors);
    }

    [Fact]
    public void What_was_written_is_read_bit_for_bit()
    {
        using var folder = new TestFolder();
        var schedule = new HybridSchedule(1 / 3.0, 1 / 7.0, 1 - 1 / 3.0 - 1 / 7.0, 0, Math.Sqrt(2));
        var tables = new HybridTables(
            new HybridTable([new HybridAnchor(10, schedule)]),
            new HybridTable([new HybridAnchor(7, schedule), new HybridAnchor(1000, schedule)]));
        HybridTablesFile.Write(folder.Of("tables.json"), tables);
        HybridTables read = HybridTablesFile.Read(folder.Of("tables.json"));
        Assert.Equal(tables.Ancestral.Anchors, read.Ancestral.Anchors);
        Assert.Equal(tables.Deterministic.Anchors, read.Deterministic.Anchors);
        Assert.Equal([folder.Of("tables.json")], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("\"linear\": 0.1,", "", "ancestral[0].linear")]
    [InlineData("\"linear\": 0.1", "\"linear\": -0.1", "ancestral[0].linear")]
    [InlineData("\"linear\": 0.1", "\"linear\": 0.2", "ancestral[0]")]
    [InlineData("\"gamma\": 0.8", "\"gamma\": 0", "ancestral[0].gamma")]
    [InlineData("\"gamma\": 1.5", "\"gamma\": NaN", "deterministic[0].gamma")]
    [InlineData("\"steps\": 5", "\"steps\": 0", "deterministic[0].steps")]
    [InlineData("\"steps\": 20", "\"steps\": 10", "ancestral")]
    [InlineData("\"deterministic\"", "\"determined\"", "deterministic")]
    [InlineData("\"ancestral\": [", "\"ancestral\": [ 1,", "ancestral")]
    public void A_wrong_value_is_named_with_its_file_and_key(string right, string wrong, string key)
    {
        using var folder = new TestFolder();
        string path = folder.Write("tables.json", Good.Replace(right, wrong, StringComparison.Ordinal));
        CheckpointException refused = Assert.Throws<CheckpointException>(() => HybridTablesFile.Read(path));
        Assert.Equal(path, refused.File);
        Assert.Equal(key, refused.Key);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_nothing_else()
    {
        using var folder = new TestFolder();
        Prop.ForAll(Damage.Of(System.Text.Encoding.UTF8.GetBytes(Good)).ToArbitrary(), bytes =>
        {
            string path = folder.Write("damaged.json", bytes);
            try
            {
                return HybridTablesFile.Read(path).Ancestral.For(15).Gamma > 0;
            }
            catch (CheckpointException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
    }
}
