using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Checkpoints;

namespace Rubato.Tests.Checkpoints;

public sealed class SafetensorsFuzzTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_file_opens_or_is_refused_and_nothing_else()
    {
        string path = _folder.Of("valid.safetensors");
        SafetensorsWriter.Write(path,
        [
            new("conv_in.weight", SafetensorsDType.F32, [2, 3], new byte[24]),
            new("position_ids", SafetensorsDType.I64, [1, 2], new byte[16]),
            new("scale", SafetensorsDType.BF16, [], new byte[2]),
        ], new Dictionary<string, string> { ["format"] = "pt" });
        byte[] valid = File.ReadAllBytes(path);
        Prop.ForAll(Damage.Of(valid).ToArbitrary(), damaged =>
        {
            File.WriteAllBytes(path, damaged);
            long memory = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (StoredTensor tensor in file.Tensors)
                {
                    var bytes = new byte[tensor.ByteCount];
                    tensor.Read(bytes);
                }
            }
            catch (CheckpointException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 4 << 20);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }
}
