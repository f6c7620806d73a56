using System.Text.Json.Nodes;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_and_their_index_are_one_checkpoint()
    {
        WriteShards();
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Select(tensor => tensor.Name).Order());
        var read = new byte[1];
        checkpoint["b"].Read(read);
        Assert.Equal((byte)'b', read[0]);
        Assert.Throws<CheckpointException>(() => checkpoint["c"]);
    }

    [Fact]
    public void A_folder_gives_the_usual_name_first_and_else_its_only_file()
    {
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path));
        WriteOne("other.safetensors", "other");
        Assert.Equal("other", OpenedTensor());
        WriteOne("second.safetensors", "second");
        Assert.Contains("\"second.safetensors\"",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message, StringComparison.Ordinal);
        WriteOne("model.safetensors", "model");
        Assert.Equal("model", OpenedTensor());
        WriteOne("diffusion_pytorch_model.safetensors", "diffusion");
        Assert.Equal("diffusion", OpenedTensor());

        string OpenedTensor()
        {
            using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
            return Assert.Single(checkpoint.Tensors).Name;
        }
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData(@"C:\x")]
    [InlineData("C:x")]
    [InlineData(@"a\..\b")]
    [InlineData("a/b.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_shard_is_a_plain_file_name(string shard)   // S21
    {
        string index = WriteIndex(("a", shard));
        var refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(index));
        Assert.Contains("name of a file beside the index", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("a", refusal.Tensor);
    }

    [Fact]
    public void Missing_shards_are_listed_all_at_once()   // S22
    {
        string index = WriteIndex(("a", "1.safetensors"), ("b", "2.safetensors"), ("c", "3.safetensors"));
        WriteOne("2.safetensors", "b");
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(index)).Message;
        Assert.Contains("\"1.safetensors\", \"3.safetensors\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("2.safetensors", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_is_in_the_shard_that_the_index_names()   // S22
    {
        WriteShards();
        string index = WriteIndex(("b", "1.safetensors"), ("a", "2.safetensors"));
        Assert.Contains("is not in \"1.safetensors\"",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(index)).Message, StringComparison.Ordinal);
        index = WriteIndex(("a", "1.safetensors"), ("lost", "2.safetensors"));
        Assert.Equal("lost", Assert.Throws<CheckpointException>(() => Checkpoint.Open(index)).Tensor);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused()   // S22
    {
        WriteShards();
        WriteOne("2.safetensors", "a");
        Assert.Contains("is also in",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused_and_one_within_is_not()   // S24
    {
        if (OperatingSystem.IsWindows())
            return;
        using var outside = new TestFolder();
        string secret = outside.Write("secret.safetensors", SafetensorsBytes.OfOne("U8", "[1]", [1]));
        File.CreateSymbolicLink(_folder.Of("model.safetensors"), secret);
        Assert.Contains("outside of the model's folder",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message, StringComparison.Ordinal);

        File.Delete(_folder.Of("model.safetensors"));
        WriteShards();
        File.Move(_folder.Of("2.safetensors"), _folder.Of("real"));
        File.CreateSymbolicLink(_folder.Of("2.safetensors"), "real");
        Checkpoint.Open(_folder.Path).Dispose();
        File.Delete(_folder.Of("2.safetensors"));
        File.CreateSymbolicLink(_folder.Of("2.safetensors"), secret);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path));
    }

    [Fact]
    public void Links_of_a_hub_cache_lead_to_its_blobs()   // S24
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Write("models--a--b/blobs/0123", SafetensorsBytes.OfOne("U8", "[1]", [1]));
        _folder.Write("models--a--b/other/0123", SafetensorsBytes.OfOne("U8", "[1]", [1]));
        string unet = _folder.Of("models--a--b/snapshots/rev/unet");
        Directory.CreateDirectory(unet);
        string link = Path.Combine(unet, "model.safetensors");
        File.CreateSymbolicLink(link, "../../../blobs/0123");
        Checkpoint.Open(unet).Dispose();
        File.Delete(link);
        File.CreateSymbolicLink(link, "../../../other/0123");
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(unet));
    }

    [Fact]
    public void A_folder_behind_a_link_is_the_users_own_choice()   // S24
    {
        if (OperatingSystem.IsWindows())
            return;
        using var real = new TestFolder();
        real.Write("model.safetensors", SafetensorsBytes.OfOne("U8", "[1]", [1]));
        string link = _folder.Of("link");
        Directory.CreateSymbolicLink(link, real.Path);
        Checkpoint.Open(link).Dispose();
    }

    [Fact]
    public void Closing_closes_every_file()
    {
        WriteShards();
        Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        checkpoint.Dispose();
        foreach (StoredTensor tensor in checkpoint.Tensors)
            Assert.Throws<ObjectDisposedException>(() => tensor.Read(new byte[1]));
    }

    private void WriteShards()
    {
        WriteOne("1.safetensors", "a");
        WriteOne("2.safetensors", "b");
        WriteIndex(("a", "1.safetensors"), ("b", "2.safetensors"));
    }

    private void WriteOne(string file, string tensor) => SafetensorsWriter.Write(
        _folder.Of(file), [new(tensor, SafetensorsDType.U8, [1], new[] { (byte)tensor[0] })]);

    private string WriteIndex(params (string Tensor, string File)[] map)
    {
        var weights = new JsonObject();
        foreach ((string tensor, string file) in map)
            weights[tensor] = file;
        return _folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = weights }.ToJsonString());
    }
}
