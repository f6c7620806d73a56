using System.Globalization;
using System.Text.Json;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>Random streams. All tensors of a file are results.</summary>
internal sealed class Rng : IFamily
{
    private static readonly Dictionary<string, Action<GoldenCase, Comparison>> ByOperation = new(StringComparer.Ordinal)
    {
        ["torch-cpu-generator"] = TorchCpu,
        ["torch-cpu-sequence"] = TorchCpuSequence,
        ["philox-cuda"] = PhiloxCuda,
    };

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        yield return new Unit(golden.Name, [.. golden.TensorNames],
            comparison => ByOperation.Find("rng", "operation", golden.Text("op"))(golden, comparison));
    }

    private static void TorchCpu(GoldenCase golden, Comparison comparison)
    {
        foreach (JsonElement call in Calls(golden)) Draw(new TorchCpuGenerator(Seed(call)), call, golden, comparison);
    }

    private static void TorchCpuSequence(GoldenCase golden, Comparison comparison)
    {
        var generator = new TorchCpuGenerator(Seed(golden.Json));
        foreach (JsonElement call in Calls(golden)) Draw(generator, call, golden, comparison);
    }

    private static void Draw(TorchCpuGenerator generator, JsonElement call, GoldenCase golden, Comparison comparison)
    {
        string output = call.GetProperty("tensor").GetString()!, dtype = call.GetProperty("dtype").GetString()!;
        string operation = call.GetProperty("op").GetString()!;
        GoldenTensor want = golden[output];
        int size = want.Shape.Elements;
        switch (operation, dtype)
        {
            case ("rand", "float32"): Real<float>(generator.Rand); break;
            case ("rand", "float64"): Real<double>(generator.Rand); break;
            case ("rand", "float16"): Real<Half>(generator.Rand); break;
            case ("randn", "float32"): Real<float>(generator.RandN); break;
            case ("randn", "float64"): Real<double>(generator.RandN); break;
            case ("randn", "float16"): Real<Half>(generator.RandN); break;
            case ("randint", "int64"):
                // The sequence leaves its bounds to the notes: over [0, 100).
                long low = Bound("low", 0), high = Bound("high", 100);
                var integers = new long[size];
                foreach (ref long integer in integers.AsSpan()) integer = generator.RandInt(low, high);
                comparison.Check<long>(output, integers, want, Tolerance.Exact);
                break;
            case ("randperm", "int64"):
                comparison.Check<int>(output, generator.RandPerm(size), want, Tolerance.Exact);
                break;
            default:
                throw new NotBuiltException($"family rng: operation {operation} {dtype}");
        }

        void Real<T>(Fill<T> fill)
            where T : struct, System.Numerics.INumber<T>
        {
            var values = new T[size];
            fill(values);
            Tolerance tolerance = operation == "rand" ? Tolerance.Exact
                : new Tolerance(golden.Json.GetProperty("tolerance").GetProperty(dtype).GetDouble(), 0);
            comparison.Check<T>(output, values, want, tolerance);
        }

        long Bound(string name, long fallback)
            => call.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : fallback;
    }

    private static void PhiloxCuda(GoldenCase golden, Comparison comparison)
    {
        foreach (JsonElement answer in golden.Json.GetProperty("known_answers").EnumerateArray())
        {
            uint[] key = Words("key"), counter = Words("counter"), output = Words("output");
            comparison.Equal("known_answers",
                Philox.Block(Join(key[0], key[1]), Join(counter[0], counter[1]), Join(counter[2], counter[3])),
                new PhiloxBlock(output[0], output[1], output[2], output[3]));

            uint[] Words(string name)
                => [.. answer.GetProperty(name).EnumerateArray().Select(w => Convert.ToUInt32(w.GetString(), 16))];
        }

        Tolerance tolerance = new(golden.Json.GetProperty("tolerance").GetProperty("float32").GetDouble(), 0);
        var generators = new Dictionary<ulong, TorchCudaGenerator>();
        foreach (JsonElement call in Calls(golden))
        {
            ulong seed = Seed(call), draw = call.GetProperty("call").GetUInt64();
            int size = call.GetProperty("size").GetInt32();
            uint[] words = new uint[4 * size];
            float[] normals = new float[4 * size], drawn = new float[size];
            for (int i = 0; i < size; i++)
            {
                PhiloxBlock block = Philox.Block(seed, draw, (ulong)i);
                ((uint[])[block.W0, block.W1, block.W2, block.W3]).CopyTo(words, 4 * i);
                Philox.Normals(block, normals.AsSpan(4 * i, 4));
            }

            if (!generators.TryGetValue(seed, out TorchCudaGenerator? generator))
                generators[seed] = generator = new TorchCudaGenerator(seed);
            generator.RandN(drawn);
            Check<uint>("words", words, Tolerance.Exact);
            Check<float>("normal4", normals, tolerance);
            Check<float>("randn", drawn, tolerance);

            void Check<T>(string role, ReadOnlySpan<T> got, Tolerance limit)
                where T : struct, System.Numerics.INumber<T>
            {
                string output = call.GetProperty(role).GetString()!;
                comparison.Check(output, got, golden[output], limit);
            }
        }
    }

    private static IEnumerable<JsonElement> Calls(GoldenCase golden)
        => golden.Json.GetProperty("calls").EnumerateArray();

    private static ulong Seed(JsonElement json)
        => ulong.Parse(json.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);

    private static ulong Join(uint low, uint high) => ((ulong)high << 32) | low;

    private delegate void Fill<T>(Span<T> destination);
}
