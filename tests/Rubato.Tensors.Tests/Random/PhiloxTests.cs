using System.Globalization;
using System.Text.Json;

namespace Rubato.Tensors.Tests;

/// <summary>Truth: the vectors published with Random123, and the numbers of a CUDA device's formula.</summary>
public sealed class PhiloxTests
{
    private static readonly RandomGolden Golden = RandomGolden.Open("philox-cuda");

    [Fact]
    public void Blocks_are_the_published_known_answers()
    {
        JsonElement[] answers = [.. Golden.Description.GetProperty("known_answers").EnumerateArray()];
        Assert.Equal(3, answers.Length);
        foreach (JsonElement answer in answers)
        {
            uint[] key = Words(answer, "key"), counter = Words(answer, "counter"), expected = Words(answer, "output");
            PhiloxBlock block = Philox.Block(Join(key[0], key[1]), Join(counter[0], counter[1]),
                                             Join(counter[2], counter[3]));
            Assert.Equal(new PhiloxBlock(expected[0], expected[1], expected[2], expected[3]), block);
        }
    }

    [Fact]
    public void Words_and_normals_of_every_thread_equal_the_reference()
    {
        Span<float> normals = stackalloc float[4];
        foreach (JsonElement call in Golden.Calls)
        {
            (ulong seed, ulong draw, int size) = Parse(call);
            uint[] words = Golden.Tensors.Get<uint>(call.GetProperty("words").GetString()!, "U32");
            float[] expected = Golden.Tensors.Get<float>(call.GetProperty("normal4").GetString()!, "F32");
            for (int i = 0; i < size; i++)
            {
                PhiloxBlock block = Philox.Block(seed, draw, (ulong)i);
                Assert.Equal<uint>(words.AsSpan(4 * i, 4), [block.W0, block.W1, block.W2, block.W3]);
                Philox.Normals(block, normals);
                for (int j = 0; j < normals.Length; j++)
                    Assert.Equal(expected[4 * i + j], normals[j], 1e-6f);
            }
        }
    }

    [Fact]
    public void The_cuda_generator_draws_what_torch_randn_returns_call_after_call()
    {
        int compared = 0;
        foreach (IGrouping<ulong, JsonElement> calls in Golden.Calls.GroupBy(call => Parse(call).Seed))
        {
            INoiseSource generator = new TorchCudaGenerator(calls.Key);
            ulong next = 0;
            foreach (JsonElement call in calls)
            {
                (_, ulong draw, int size) = Parse(call);
                Assert.Equal(next++, draw);
                float[] actual = new float[size];
                generator.Normal(actual);
                float[] expected = Golden.Tensors.Get<float>(call.GetProperty("randn").GetString()!, "F32");
                Assert.Equal(expected.Length, size);
                Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
                compared++;
            }
        }
        Assert.Equal(6, compared);
    }

    [Theory]
    [InlineData(uint.MinValue, 6.7637)]      // sqrt(-2 ln 2^-33) = sqrt(66 ln 2)
    [InlineData(uint.MaxValue, 1.5259e-5)]   // sqrt(-2 ln(1 - 2^-33)) = 2^-16
    public void The_extreme_words_give_finite_normals(uint radius, double expected)
    {
        (float sine, float cosine) = Philox.Pair(radius, 0x12345678);
        Assert.Equal(expected, Math.Sqrt((double)sine * sine + (double)cosine * cosine), 1e-4 * expected);
    }

    private static (ulong Seed, ulong Draw, int Size) Parse(JsonElement call) =>
        (ulong.Parse(call.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture),
         call.GetProperty("call").GetUInt64(), call.GetProperty("size").GetInt32());

    private static uint[] Words(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(w => Convert.ToUInt32(w.GetString(), 16))];

    private static ulong Join(uint low, uint high) => ((ulong)high << 32) | low;
}
