using Rubato.Files;

namespace Rubato.Tests.Files;

public sealed class AtomicFileTests
{
    /// <summary>What the runtime says of a full disk names the file that it wrote, which is not the one that was asked for.</summary>
    [Fact]
    public void A_failure_names_the_file_that_was_asked_for_and_leaves_nothing()
    {
        using var folder = new TestFolder();
        string path = folder.Of("weights.safetensors");
        IOException failure = Assert.Throws<IOException>(() => AtomicFile.Write(path,
            stream => throw new IOException($"No space left on device : '{((FileStream)stream).Name}'")));
        Assert.Equal($"No space left on device : '{path}'", failure.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }
}
